
#include <optional>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "core/module.h"
#include "render/video/audio_track.h"
#include "render/video/ffmpeg.h"
#include "render/video_module.h"
#include "render/yuv420.h"

namespace arcadecam::render {
namespace {

class Mp4Encoder final : public FrameWriter {
 public:
  Mp4Encoder(const std::filesystem::path& path, picture::Size extents, const Mp4Options& options)
      : check(path.string()), file(path), size(extents) {
    open_codec(options);
    open_format(options);
    open_frame();
  }

  void write(const picture::Image& image, std::span<const std::uint8_t> samples) override {
    if (image.size() != size) {
      throw bad_input("{}: a frame of {}×{} in a video of {}×{}", check.file(), image.size().width,
                      image.size().height, size.width, size.height);
    }
    check(av_frame_make_writable(frame.get()), "reserving a frame");
    Yuv420Planes planes;
    for (std::size_t i = 0; i < planes.data.size(); ++i) {
      planes.data[i] = frame->data[i];
      planes.stride[i] = frame->linesize[i];
    }
    to_yuv420(image, planes);
    frame->pts = frames++;
    check(avcodec_send_frame(codec.get(), frame.get()), "encoding");
    drain();
    if (sound) sound->write(samples);
  }

  void finish() override {
    if (frames == 0) throw bad_input("{}: a video needs at least one frame", check.file());
    check(avcodec_send_frame(codec.get(), nullptr), "encoding the last frames");
    drain();
    if (sound) sound->finish();
    check(av_write_trailer(format.get()), "writing the file's end");
    check(format->pb->error, "writing");
    check(avio_closep(&format->pb), "closing the file");
    file.commit();
  }

 private:
  void open_codec(const Mp4Options& options) {
    codec = check.encoder("libx264", "--no-video");
    codec->width = static_cast<int>(size.width);
    codec->height = static_cast<int>(size.height);
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->time_base = {options.seconds, options.frames_per_second};
    codec->framerate = {options.frames_per_second, options.seconds};
    // A key frame every five seconds: viewers can jump to any place quickly.
    codec->gop_size = 5 * options.frames_per_second / options.seconds;
    codec->color_range = AVCOL_RANGE_MPEG;
    codec->color_primaries = AVCOL_PRI_BT709;
    codec->color_trc = AVCOL_TRC_BT709;
    codec->colorspace = AVCOL_SPC_BT709;
    // One thread, whatever the machine: the bytes must not depend on it.
    codec->thread_count = 1;
    codec->flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER;
    AVDictionary* settings = nullptr;
    // The fastest preset with its cheap entropy coder replaced: large parts of a frame stand still
    // or are flat, so that more searching costs twice the time or more for half the bytes.
    av_dict_set(&settings, "preset", "ultrafast", 0);
    av_dict_set(&settings, "x264-params", "cabac=1", 0);
    av_dict_set_int(&settings, "crf", options.quality, 0);
    const int result = avcodec_open2(codec.get(), nullptr, &settings);
    av_dict_free(&settings);
    check(result, "opening the encoder");
  }

  void open_format(const Mp4Options& options) {
    // "file:" keeps a colon in the name from being taken for a protocol.
    const std::string url = "file:" + file.temporary().string();
    AVFormatContext* context = nullptr;
    check(avformat_alloc_output_context2(&context, nullptr, "mp4", url.c_str()),
          "opening the MP4 writer");
    format.reset(context);
    format->flags |= AVFMT_FLAG_BITEXACT;
    for (const auto& [key, value] : options.metadata)
      av_dict_set(&format->metadata, key.c_str(), value.c_str(), 0);
    stream = check.made(avformat_new_stream(format.get(), nullptr), "the video stream");
    stream->time_base = codec->time_base;
    stream->avg_frame_rate = codec->framerate;
    check(avcodec_parameters_from_context(stream->codecpar, codec.get()), "describing the video");
    if (options.sound_rate > 0) sound.emplace(*format, options.sound_rate, check);
    check(avio_open(&format->pb, url.c_str(), AVIO_FLAG_WRITE), "opening the file");
    AVDictionary* settings = nullptr;
    av_dict_set(&settings, "movflags", "+faststart+use_metadata_tags", 0);
    const int result = avformat_write_header(format.get(), &settings);
    av_dict_free(&settings);
    check(result, "writing the file's start");
  }

  void open_frame() {
    packet.reset(check.made(av_packet_alloc(), "a packet"));
    frame.reset(check.made(av_frame_alloc(), "a frame"));
    frame->format = codec->pix_fmt;
    frame->width = codec->width;
    frame->height = codec->height;
    check(av_frame_get_buffer(frame.get(), 0), "reserving a frame");
  }

  /// Writes the packets that are ready.
  void drain() {
    while (check.receive(codec.get(), packet.get())) {
      packet->duration = 1;
      av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
      packet->stream_index = stream->index;
      check(av_interleaved_write_frame(format.get(), packet.get()), "writing");
    }
  }

  // The file is removed last, after the library closed it.
  FfmpegCheck check;
  OutputFile file;
  FormatPointer format;
  CodecPointer codec;
  FramePointer frame;
  PacketPointer packet;
  std::optional<AudioTrack> sound;
  AVStream* stream = nullptr;  ///< the format's
  picture::Size size;
  std::int64_t frames = 0;
};

constexpr VideoModule kTable{[](const std::filesystem::path& file, picture::Size size,
                                const Mp4Options& options) -> std::unique_ptr<FrameWriter> {
  silence_ffmpeg();
  return std::make_unique<Mp4Encoder>(file, size, options);
}};

}  // namespace
}  // namespace arcadecam::render

extern "C" __attribute__((visibility("default"))) arcadecam::ModuleEntry arcadecam_module() {
  return {ARCADECAM_VERSION, &arcadecam::render::kTable};
}
