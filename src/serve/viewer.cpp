#include "serve/viewer.h"

#include <algorithm>
#include <utility>

#include "core/json_text.h"
#include "serve/page/page_file.h"

namespace arcadecam::serve {
namespace {

Answer text_answer(int status, std::string type, std::string text) {
  return {status, std::move(type), std::make_shared<const std::string>(std::move(text))};
}

Answer not_found() {
  return text_answer(404, "text/plain; charset=utf-8", "there is nothing under that address\n");
}

}  // namespace

Viewer::Viewer(std::unique_ptr<Show> show, const Access& access)
    : server_(access, *this), director_(std::move(show), *this, kept_) {
  thread_ = std::thread([this] { play(); });
}

Viewer::~Viewer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Viewer::run(const std::function<bool()>& goes_on) {
  server_.run(goes_on, std::make_shared<const std::string>(R"({"event":"shutdown"})"));
}

void Viewer::opened(ClientId client) {
  post([client](Director& director) { director.opened(client); });
}

void Viewer::closed(ClientId client) {
  post([client](Director& director) { director.closed(client); });
}

void Viewer::received(ClientId client, std::string text) {
  post([this, client, text = std::move(text)](Director& director) {
    director.received(client, text);
    server_.next(client);
  });
}

Answer Viewer::get(std::string_view path) {
  constexpr std::string_view kKeep = "/keep/";
  if (path.starts_with(kKeep)) {
    const auto kept = kept_.find(path.substr(kKeep.size()));
    if (!kept) return not_found();
    return {200, kept->type, kept->content, kept->name};
  }
  const std::string_view name = path == "/" ? "index.html" : path.substr(1);
  const auto files = page_files();
  const auto file = std::ranges::find(files, name, &PageFile::name);
  if (file == files.end()) return not_found();
  return text_answer(200, std::string(file->type), std::string(file->content));
}

bool Viewer::takes_upload(std::string_view client) {
  const std::lock_guard lock(mutex_);
  return controller_ != 0 && client == std::to_string(controller_);
}

Answer Viewer::upload(std::string name, std::string body) {
  const JsonText said{{"upload", kept_.take_upload(std::move(name), std::move(body))}};
  return text_answer(200, "application/json", said.dump());
}

void Viewer::send(ClientId client, Queue queue, SharedText message) {
  server_.send(client, queue, std::move(message));
}

void Viewer::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  wake_.notify_one();
}

Viewer::Task Viewer::next_task(std::optional<Director::Clock::time_point> due) {
  std::unique_lock lock(mutex_);
  controller_ = director_.controller();
  const auto woken = [this] { return stopping_ || !tasks_.empty(); };
  if (!due)
    wake_.wait(lock, woken);
  else if (Director::Clock::now() < *due)  // else the system would put it to sleep and wake it
    wake_.wait_until(lock, *due, woken);
  if (tasks_.empty()) return nullptr;
  Task task = std::move(tasks_.front());
  tasks_.pop_front();
  return task;
}

void Viewer::play() {
  for (;;) {
    const auto due = director_.due();
    // A step that is due goes before the next task, so that nobody's requests stop the game; and
    // between two steps one task is done at least.
    if (due && Director::Clock::now() >= *due) director_.play();
    const Task task = next_task(director_.due());
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    if (task) task(director_);
  }
}

}  // namespace arcadecam::serve
