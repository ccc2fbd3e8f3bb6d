#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/command.h"
#include "app/interrupt.h"
#include "app/options/agent_options.h"
#include "app/options/numbers.h"
#include "app/options/question_options.h"
#include "arcadecam/core/error.h"
#include "serve/viewer.h"

namespace arcadecam::app {
namespace {

struct ServeOptions {
  PlayOptions play;
  std::string methods = "fullgrad++", target = "chosen";
  std::string listen;
  std::vector<std::string> hosts;
  int port = 8765, history = static_cast<int>(serve::ShowOptions().most_states);
  bool open = false, human = false;
};

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

serve::Access access_of(const ServeOptions& options) {
  serve::Access access;
  access.port = static_cast<std::uint16_t>(options.port);
  if (options.listen.empty()) return access;
  access.address = options.listen;
  access.hosts = options.hosts;
  access.hosts.push_back(host_name());
  if (!access.is_local()) access.token = serve::random_token();
  return access;
}

std::vector<serve::Tile> tiles_of(const ServeOptions& options) {
  std::vector<serve::Tile> tiles;
  for (const explain::MethodSpec& spec : explain::parse_methods(options.methods))
    tiles.push_back({spec.text(), options.target});
  if (tiles.size() > serve::Request::kMostTiles) {
    throw bad_usage("--methods: the viewer shows 1 to {} methods, found {}",
                    serve::Request::kMostTiles, tiles.size());
  }
  return tiles;
}

void print_address(const serve::Access& access, std::uint16_t port) {
  const bool everywhere = access.address == "0.0.0.0" || access.address == "::";
  std::string host = everywhere ? host_name() : access.address;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  const std::string query = access.token.empty() ? "" : "?token=" + access.token;
  fmt::print("http://{}:{}/{}\n", host, port, query);
  if (access.is_local()) {
    fmt::print("from another computer: ssh -L {0}:{1}:{0} {2}, then the same address there\n", port,
               host, host_name());
  } else {
    fmt::print("whoever has this link can play; it travels without encryption\n");
  }
  fmt::print("Ctrl-C ends it\n");
  std::fflush(stdout);
}

/// Opens the address in the desktop's browser.
void open_page(std::uint16_t port) {
  if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr)
    throw bad_usage("--open: there is no display here; open the address in a browser");
  const std::string command = fmt::format("xdg-open http://127.0.0.1:{}/ >/dev/null 2>&1 &", port);
  if (std::system(command.c_str()) != 0)
    fmt::print(stderr, "no browser could be started; open the address in one\n");
}

void serve_agent(const ServeOptions& options) {
  const serve::Access access = access_of(options);
  const std::vector<serve::Tile> tiles = tiles_of(options);
  const episode::RunOptions run = options.play.run_options();
  serve::ShowOptions show_options;
  show_options.network = {run.policy, run.engine, run.precision, run.threads};
  show_options.seed = run.seed;
  show_options.human = options.human;
  show_options.most_states = static_cast<std::size_t>(options.history);
  auto show = std::make_unique<serve::Show>(options.play.load(), show_options);
  show->ask(tiles);
  const Interrupt interrupt;
  serve::Viewer viewer(std::move(show), access);
  print_address(access, viewer.port());
  if (options.open) open_page(viewer.port());
  viewer.run([&] { return !interrupt.requested(); });
  if (interrupt.requested()) interrupt.stop("the viewer has ended");
}

void define_serve(Arguments& command) {
  auto options = std::make_shared<ServeOptions>();
  options->play.define(command);
  for (const char* of_runs : {"--episodes", "--steps", "--jobs", "--group"})
    command.remove_option(of_runs);
  define_methods(command, options->methods);
  command.add_option("--target", options->target, kTargetHelp)
      ->type_name("T")
      ->capture_default_str();
  command.add_option("--port", options->port, "the port to listen on; 0 takes any free port")
      ->transform(whole(0, 65535))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--listen", options->listen,
                  "an IP address of this computer to listen on besides itself, 0.0.0.0 for all; "
                  "the printed link then holds a token, and only those who have it are let in "
                  "(default: this computer only)")
      ->type_name("ADDRESS");
  command
      .add_option("--host", options->hosts,
                  "with --listen: a name by which others call this computer; may be given several "
                  "times")
      ->one_value_each_time()
      ->type_name("NAME");
  command
      .add_option("--history", options->history,
                  "how many states of the games are saved for going back, at most; about 15 kB "
                  "each. With fewer, going back takes longer")
      ->transform(whole(32, 65536))
      ->type_name("N")
      ->capture_default_str();
  command.add_flag("--open", options->open, "open the page in this computer's browser");
  command.add_flag("--human", options->human,
                   "you play from the first step on, and see what the agent would do");
  command.callback([options] { serve_agent(*options); });
}

}  // namespace

extern constinit const Command serve_entry{
    "serve", "Watch an agent play, live in a browser, and change the game under its hands",
    define_serve};

}  // namespace arcadecam::app
