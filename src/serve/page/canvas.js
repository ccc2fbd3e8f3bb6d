// Pictures of pixels on canvases.
import {paintFrame, paintMap, paintPlane} from './maps.js';

/** A canvas whose pixels are written as bytes. */
export class Pixels {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d', {alpha: false});
  }

  /** The bytes of a picture of this size, four per pixel. */
  bytes(height, width) {
    if (!this.image || this.image.width !== width || this.image.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.image = this.context.createImageData(width, height);
    }
    return this.image.data;
  }

  put() {
    this.context.putImageData(this.image, 0, 0);
  }

  game(frame, [height, width], ground, layer) {
    paintFrame(this.bytes(height, width), frame, ground, layer);
    this.put();
  }

  map(map, range, colors) {
    paintMap(this.bytes(map.height, map.width), map, range, colors);
    this.put();
  }

  plane({values, height, width}) {
    paintPlane(this.bytes(height, width), values);
    this.put();
  }
}

/** A 2D context for lines and words, at the screen's own resolution: {context, width, height} in CSS pixels. */
export function drawing(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const {clientWidth: width, clientHeight: height} = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return {context, width, height};
}

/** Colours of the style sheet that were asked for; reading one makes the browser compute the whole page's style. */
const readColors = new Map();

/** A colour of the style sheet. */
export function styleColor(name) {
  if (!readColors.has(name)) readColors.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return readColors.get(name);
}

/** After a change of the theme. */
export function forgetColors() {
  readColors.clear();
}
