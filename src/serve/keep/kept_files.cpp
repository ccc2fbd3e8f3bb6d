#include "serve/keep/kept_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "arcadecam/core/error.h"
#include "serve/keep/pictures_of_run.h"
#include "serve/keep/scratch_folder.h"
#include "serve/keep/uploaded.h"

namespace arcadecam::serve {

KeptFiles::~KeptFiles() {
  ending_ = true;
  if (maker_.joinable()) maker_.join();
}

std::string KeptFiles::add(std::string name, std::string type, std::string content) {
  const std::lock_guard lock(mutex_);
  const std::size_t dot = name.find('.');
  KeptFile file{fmt::format("{}-{}{}", name.substr(0, dot), ++made_, name.substr(dot)), name,
                std::move(type), std::make_shared<const std::string>(std::move(content))};
  bytes_ += file.content->size();
  files_.push_back(std::move(file));
  while (files_.size() > 1 && (files_.size() > kMostFiles || bytes_ > kMostBytes)) {
    bytes_ -= files_.front().content->size();
    files_.pop_front();
  }
  return "/keep/" + files_.back().address;
}

std::optional<KeptFile> KeptFiles::find(std::string_view address) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(files_, address, &KeptFile::address);
  return found == files_.end() ? std::nullopt : std::optional(*found);
}

std::string KeptFiles::take_upload(std::string name, std::string body) {
  const std::lock_guard lock(mutex_);
  upload_ = std::move(body);
  upload_words_ = std::move(name);
  upload_name_ = fmt::format("{}", ++uploads_);
  return upload_name_;
}

void KeptFiles::keep(const Request& request, Show& show, Done done) {
  if (request.does == Does::kTrace) {
    const episode::Trace trace = show.trace();
    const ScratchFolder folder;
    const auto file = folder.path() / "trace.jsonl.gz";
    episode::write_trace(file, trace);
    return done(add("trace.jsonl.gz", "application/gzip", content_of(file)), {});
  }
  const bool still = request.does == Does::kStill;
  const std::int64_t from = request.step, to = still ? from : request.to;
  if (to - from >= kMostSteps) throw bad_usage("a clip has at most {} steps", kMostSteps);
  std::vector<Tile> tiles(show.tiles().begin(), show.tiles().end());
  if (still) tiles.resize(1);
  RunPictures wanted{show.agent(),
                     show.info(),
                     show.excerpt(from, to),
                     show.moment().episode,
                     std::move(tiles),
                     still ? PictureKind::kStill : PictureKind::kVideo,
                     show.network().options()};
  if (!still && request.text == "gif") wanted.kind = PictureKind::kGif;
  if (busy_.exchange(true)) throw bad_usage("something else is being made: wait for it");
  if (maker_.joinable()) maker_.join();
  maker_ = std::thread([this, wanted = std::move(wanted), done = std::move(done)] {
    std::string url, error;
    try {
      auto [name, type, content] = pictures_of(wanted, [this] { return !ending_; });
      url = add(std::move(name), std::move(type), std::move(content));
    } catch (const std::exception& failure) {
      error = failure.what();
    }
    busy_ = false;
    if (!ending_) done(url, error);
  });
}

std::unique_ptr<Show> KeptFiles::load(const std::string& upload, const Show& now) {
  std::string body, words;
  {
    const std::lock_guard lock(mutex_);
    if (upload.empty() || upload != upload_name_)
      throw bad_usage("there is no upload '{}': send it again", upload);
    body = std::move(upload_);
    words = upload_words_;
    upload_name_.clear();
  }
  return uploaded_show(body, words, now);
}

}  // namespace arcadecam::serve
