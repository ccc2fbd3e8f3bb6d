#include "render/gif_writer.h"

#include <fstream>
#include <string_view>

#include "arcadecam/core/error.h"
#include "arcadecam/core/files.h"
#include "render/ffmpeg.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

namespace arcadecam::render {

struct GifWriter::State {
  FfmpegCheck check;
  OutputFile file;
  FormatPointer format;
  std::unique_ptr<AVFilterGraph, FreeGraph> graph;
  CodecPointer codec;
  FramePointer frame;
  PacketPointer packet;
  AVFilterContext *source = nullptr, *sink = nullptr;  ///< the graph's
  AVStream* stream = nullptr;                          ///< the format's
  Size size;
  AVRational frame_time;
  std::int64_t frames = 0;
  std::string comment;

  State(const std::filesystem::path& path, Size extents, const GifOptions& options)
      : check(path.string()),
        file(path),
        size(extents),
        frame_time{options.seconds, options.frames_per_second} {
    open_graph();
    packet.reset(check.made(av_packet_alloc(), "a packet"));
    frame.reset(check.made(av_frame_alloc(), "a frame"));
    open_file(options);
  }

  void open_graph() {
    graph.reset(check.made(avfilter_graph_alloc(), "the palette's filters"));
    // One thread: the bytes must not depend on the machine.
    graph->nb_threads = 1;
    const std::string input =
        fmt::format("video_size={}x{}:pix_fmt={}:time_base={}/{}:pixel_aspect=1/1", size.width,
                    size.height, static_cast<int>(AV_PIX_FMT_BGRA), frame_time.num, frame_time.den);
    check(avfilter_graph_create_filter(&source, avfilter_get_by_name("buffer"), "in", input.c_str(),
                                       nullptr, graph.get()),
          "preparing the palette");
    check(avfilter_graph_create_filter(&sink, avfilter_get_by_name("buffersink"), "out", nullptr,
                                       nullptr, graph.get()),
          "preparing the palette");
    AVFilterInOut* outputs = check.made(avfilter_inout_alloc(), "the palette's filters");
    AVFilterInOut* inputs = check.made(avfilter_inout_alloc(), "the palette's filters");
    *outputs = {.name = av_strdup("in"), .filter_ctx = source, .pad_idx = 0, .next = nullptr};
    *inputs = {.name = av_strdup("out"), .filter_ctx = sink, .pad_idx = 0, .next = nullptr};
    const int parsed =
        avfilter_graph_parse_ptr(graph.get(),
                                 "[in] split [a][b]; [a] palettegen=reserve_transparent=0 [p]; "
                                 "[b][p] paletteuse=dither=none:diff_mode=rectangle [out]",
                                 &inputs, &outputs, nullptr);
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    check(parsed, "preparing the palette");
    check(avfilter_graph_config(graph.get(), nullptr), "preparing the palette");
  }

  void open_file(const GifOptions& options) {
    codec = check.encoder("gif", "--no-gif");
    codec->width = static_cast<int>(size.width);
    codec->height = static_cast<int>(size.height);
    codec->pix_fmt = AV_PIX_FMT_PAL8;
    codec->time_base = frame_time;
    codec->thread_count = 1;
    codec->flags |= AV_CODEC_FLAG_BITEXACT;
    check(avcodec_open2(codec.get(), nullptr, nullptr), "opening the encoder");
    // "file:" keeps a colon in the name from being taken for a protocol.
    const std::string url = "file:" + file.temporary().string();
    AVFormatContext* context = nullptr;
    check(avformat_alloc_output_context2(&context, nullptr, "gif", url.c_str()),
          "opening the GIF writer");
    format.reset(context);
    format->flags |= AVFMT_FLAG_BITEXACT;
    comment = options.comment;
    stream = check.made(avformat_new_stream(format.get(), nullptr), "the pictures");
    stream->time_base = frame_time;
    check(avcodec_parameters_from_context(stream->codecpar, codec.get()), "describing the clip");
    check(avio_open(&format->pb, url.c_str(), AVIO_FLAG_WRITE), "opening the file");
    check(avformat_write_header(format.get(), nullptr), "writing the file's start");
  }

  void write(const Image& image) {
    if (image.size() != size) {
      throw bad_input("{}: a frame of {}×{} in a clip of {}×{}", check.file(), image.size().width,
                      image.size().height, size.width, size.height);
    }
    frame->format = AV_PIX_FMT_BGRA;
    frame->width = codec->width;
    frame->height = codec->height;
    frame->pts = frames++;
    check(av_frame_get_buffer(frame.get(), 0), "reserving a frame");
    const std::uint8_t* pixel = image.pixels().data();
    for (std::int64_t row = 0; row < size.height; ++row) {
      std::uint8_t* to = frame->data[0] + row * frame->linesize[0];
      for (std::int64_t i = 0; i < size.width; ++i, pixel += 3, to += 4) {
        to[0] = pixel[2];
        to[1] = pixel[1];
        to[2] = pixel[0];
        to[3] = 255;
      }
    }
    // The graph takes the frame's memory and leaves it empty.
    check(av_buffersrc_add_frame(source, frame.get()), "collecting colours");
  }

  void encode(AVFrame* picture) {
    check(avcodec_send_frame(codec.get(), picture), "encoding");
    while (check.receive(codec.get(), packet.get())) {
      packet->duration = 1;
      av_packet_rescale_ts(packet.get(), frame_time, stream->time_base);
      packet->stream_index = stream->index;
      check(av_write_frame(format.get(), packet.get()), "writing");
    }
  }

  /// A comment extension in front of the trailer, GIF89a's section 24: FFmpeg writes none.
  void append_comment() {
    if (comment.empty()) return;
    std::string block = "\x21\xFE";
    for (std::string_view rest = comment; !rest.empty();) {
      const std::string_view part = rest.substr(0, 255);
      block += static_cast<char>(static_cast<unsigned char>(part.size()));
      block += part;
      rest.remove_prefix(part.size());
    }
    block += std::string_view("\0\x3B", 2);
    std::fstream end(file.temporary(), std::ios::binary | std::ios::in | std::ios::out);
    end.seekp(-1, std::ios::end);
    end.write(block.data(), static_cast<std::streamsize>(block.size()));
    end.close();
    if (!end) throw bad_input("{}: writing the file's end failed", check.file());
  }

  void finish() {
    if (frames == 0) throw bad_input("{}: a clip needs at least one frame", check.file());
    check(av_buffersrc_add_frame(source, nullptr), "making the palette");
    while (true) {
      const int result = av_buffersink_get_frame(sink, frame.get());
      if (result == AVERROR_EOF) break;
      check(result, "applying the palette");
      encode(frame.get());
      av_frame_unref(frame.get());
    }
    encode(nullptr);
    check(av_write_trailer(format.get()), "writing the file's end");
    check(format->pb->error, "writing");
    check(avio_closep(&format->pb), "closing the file");
    append_comment();
    file.commit();
  }
};

GifWriter::GifWriter(const std::filesystem::path& file, Size size, const GifOptions& options) {
  if (size.height < 1 || size.width < 1 || size.height > 65'535 || size.width > 65'535)
    throw bad_usage("a GIF of {}×{}: both must be from 1 to 65535", size.width, size.height);
  if (options.frames_per_second < 1 || options.seconds < 1) {
    throw bad_usage("a GIF of {} frames in {} s: expected 1 or more", options.frames_per_second,
                    options.seconds);
  }
  silence_ffmpeg();
  state_ = std::make_unique<State>(file, size, options);
}

GifWriter::~GifWriter() = default;

void GifWriter::write(const Image& frame, std::span<const std::uint8_t>) {
  state_->write(frame);
}

void GifWriter::finish() {
  state_->finish();
}

}  // namespace arcadecam::render
