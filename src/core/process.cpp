#include "core/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <utility>

#include "arcadecam/core/error.h"

namespace arcadecam {
namespace {

namespace fs = std::filesystem;

/// A descriptor that is closed with its owner.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

using Ends = std::array<Descriptor, 2>;

Error not_started(const std::string& program, int failure) {
  return bad_input("{}: cannot be started: {}", program, std::strerror(failure));
}

}  // namespace

std::optional<fs::path> find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path file = fs::path(folder) / name;
    std::error_code unreadable;
    if (fs::is_regular_file(file, unreadable) && access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

Process::Process(const fs::path& program, const std::vector<std::string>& arguments,
                 const fs::path& log, ProcessInput input) {
  // All that allocates is done before fork(): the new process has one thread of several.
  const std::string name = program.string(), output = log.string();
  std::vector<std::string> words{name};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const Descriptor out(open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (out.number() < 0)
    throw bad_input("{}: cannot be opened for writing: {}", output, std::strerror(errno));
  Descriptor in, ours;
  if (input == ProcessInput::kWritten) {
    // A socket, and no pipe: writing to one that nobody reads need not end this program.
    std::array<int, 2> numbers{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, numbers.data()) != 0)
      throw not_started(name, errno);
    ours = Descriptor(numbers[0]);
    in = Descriptor(numbers[1]);
  } else {
    in = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
  }
  // What tells us that the program was not begun: the new process writes why, or closes it.
  std::array<int, 2> numbers{};
  if (pipe2(numbers.data(), O_CLOEXEC) != 0) throw not_started(name, errno);
  Ends report{Descriptor(numbers[0]), Descriptor(numbers[1])};
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);  // it ended before it could be asked
    if (input == ProcessInput::kWritten) setpgid(0, 0);
    dup2(in.number(), STDIN_FILENO);
    dup2(out.number(), STDOUT_FILENO);
    dup2(out.number(), STDERR_FILENO);
    execv(name.c_str(), argv.data());
    const int failure = errno;
    [[maybe_unused]] const auto told = ::write(report[1].number(), &failure, sizeof failure);
    _exit(127);
  }
  if (process_ < 0) throw not_started(name, errno);
  report[1] = Descriptor();
  int failure = 0;
  ssize_t told = 0;
  do {
    told = read(report[0].number(), &failure, sizeof failure);
  } while (told < 0 && errno == EINTR);
  if (told == sizeof failure) {
    waitpid(process_, nullptr, 0);
    throw not_started(name, failure);
  }
  input_ = ours.release();
}

Process::~Process() {
  close_input();
  if (end_) return;
  kill(process_, SIGKILL);
  ask(0);
}

void Process::close_input() {
  if (input_ >= 0) close(input_);
  input_ = -1;
}

bool Process::write(std::span<const std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(input_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return true;
}

void Process::ask(int flags) {
  if (end_) return;
  int status = 0;
  pid_t answer = 0;
  do {
    answer = waitpid(process_, &status, flags);
  } while (answer < 0 && errno == EINTR);
  if (answer != process_) return;
  if (WIFSIGNALED(status)) {
    end_ = {.code = 0, .signal = WTERMSIG(status)};
  } else {
    end_ = {.code = WEXITSTATUS(status), .signal = 0};
  }
}

std::optional<ProcessEnd> Process::ended() {
  ask(WNOHANG);
  return end_;
}

ProcessEnd Process::wait() {
  close_input();
  ask(0);
  return end_.value();
}

void Process::send(int signal) const {
  if (!end_) kill(process_, signal);
}

}  // namespace arcadecam
