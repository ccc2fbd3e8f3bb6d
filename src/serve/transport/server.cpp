#include "serve/transport/server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <map>
#include <optional>
#include <utility>  // Boost 1.74 uses std::exchange without it

#include "arcadecam/core/error.h"
#include "core/json_text.h"
#include "serve/transport/limits.h"
#include "serve/transport/live_connection.h"
#include "serve/transport/mailbox.h"

namespace arcadecam::serve {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

namespace {

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

struct ServerState : std::enable_shared_from_this<ServerState> {
  ServerState(asio::io_context& context, Access who, Handler& to, std::chrono::milliseconds longest)
      : access(std::move(who)), handler(to), silence(longest), io(context) {}

  void listen();
  void accept();
  void poll(const std::function<bool()>& goes_on, const SharedText& farewell);
  void shut_down(const SharedText& farewell);
  void open_live(Connection&& connection, LiveConnection::Request request);

  Access access;
  Handler& handler;
  std::chrono::milliseconds silence;
  asio::io_context& io;
  tcp::acceptor acceptor{io};
  asio::steady_timer timer{io};
  Mailbox mailbox{io};
  std::map<ClientId, std::shared_ptr<LiveConnection>> clients;
  ClientId last_client = 0;
  std::size_t connections = 0;
  bool uploading = false, ending = false;
};

struct Server::Context {
  asio::io_context io{1};
};

namespace {

/// One HTTP connection, until it ends or becomes a WebSocket.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  HttpConnection(tcp::socket&& socket, std::shared_ptr<ServerState> server)
      : stream_(std::move(socket)), server_(std::move(server)) {
    ++server_->connections;
  }
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection() {
    if (uploads_) server_->uploading = false;
    --server_->connections;
  }

  void read() {
    parser_.emplace();
    parser_->header_limit(Limits::kHeaders);
    parser_->body_limit(Limits::kUpload);
    stream_.tcp().expires_after(Limits::kRequest);
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t) { self->headed(error); });
  }

 private:
  void headed(beast::error_code error) {
    if (error == http::error::body_limit) return refuse(413, "an upload has at most 64 MiB");
    if (error) return end();
    const auto& request = parser_->get();
    const auto field = [&](http::field name) { return view(request[name]); };
    const Credentials credentials{field(http::field::host), field(http::field::origin),
                                  field(http::field::cookie), view(request.target())};
    const Verdict verdict = judge(server_->access, credentials);
    if (verdict != Verdict::kWelcome) return refuse(403, reason(verdict));
    if (!credentials.target.starts_with('/')) return refuse(400, "the path must begin with /");
    const std::string_view path = path_of(credentials.target);
    if (beast::websocket::is_upgrade(request)) {
      if (path != "/live") return refuse(404, "the WebSocket is at /live");
      if (server_->clients.size() >= Limits::kClients) return refuse(503, "too many clients");
      return server_->open_live(std::move(stream_), parser_->release());
    }
    if (request.method() == http::verb::post && path == "/agent") return begin_upload();
    if (request.method() != http::verb::get && request.method() != http::verb::head)
      return refuse(405, "only GET, and POST to /agent");
    if (parser_->content_length().value_or(0) > 0 || parser_->chunked())
      return refuse(400, "a GET has no body");
    answer(server_->handler.get(path));
  }

  void begin_upload() {
    const std::string_view target = view(parser_->get().target());
    if (!server_->handler.takes_upload(query_value(target, "client")))
      return refuse(403, "only the client that holds the controls can load something");
    if (server_->uploading) return refuse(503, "another upload is going on");
    server_->uploading = uploads_ = true;
    stream_.tcp().expires_after(Limits::kUploadTime);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       if (error == http::error::body_limit)
                         return self->refuse(413, "an upload has at most 64 MiB");
                       if (error) return self->end();
                       auto& request = self->parser_->get();
                       const std::string name = query_value(view(request.target()), "name");
                       self->answer(self->server_->handler.upload(name, std::move(request.body())));
                     });
  }

  void refuse(int status, std::string_view why) {
    keep_alive_ = false;
    Answer answer;
    answer.status = status;
    const bool to_page = path_of(view(parser_->get().target())) == "/agent";
    if (to_page) answer.type = "application/json";
    answer.body = std::make_shared<const std::string>(to_page ? JsonText{{"error", why}}.dump()
                                                              : std::string(why) + "\n");
    this->answer(answer);
  }

  void answer(const Answer& answer) {
    const auto& request = parser_->get();
    keep_alive_ = keep_alive_ && request.keep_alive() && request.method() != http::verb::post;
    body_ = answer.body ? answer.body : std::make_shared<const std::string>();
    response_.emplace(static_cast<http::status>(answer.status), request.version());
    auto& response = *response_;
    response.set(http::field::content_type, answer.type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
    response.set("X-Frame-Options", "DENY");
    response.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    if (!answer.download.empty()) {
      response.set(http::field::content_disposition,
                   "attachment; filename=\"" + answer.download + "\"");
    }
    const std::string_view target = view(request.target());
    if (!server_->access.token.empty() && answer.status == 200 &&
        !query_value(target, kTokenName).empty()) {
      response.set(http::field::set_cookie, std::string(kCookieName) + "=" + server_->access.token +
                                                "; HttpOnly; SameSite=Strict; Path=/");
    }
    response.keep_alive(keep_alive_);
    response.content_length(body_->size());
    // A HEAD is answered without the body; a buffer is borrowed, not copied.
    const bool with_body = request.method() != http::verb::head;
    response.body().data = const_cast<char*>(body_->data());  // NOLINT: Beast only reads it
    response.body().size = with_body ? body_->size() : 0;
    response.body().more = false;
    stream_.tcp().expires_after(Limits::kUploadTime);
    serializer_.emplace(response);
    http::async_write(stream_, *serializer_,
                      [self = shared_from_this()](beast::error_code error, std::size_t) {
                        if (error || !self->keep_alive_) return self->end();
                        self->serializer_.reset();
                        self->read();
                      });
  }

  void end() {
    beast::error_code ignored;
    stream_.tcp().socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.tcp().close();
  }

  Connection stream_;
  std::shared_ptr<ServerState> server_;
  beast::flat_buffer buffer_{Limits::kHeaders + Limits::kMessage};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::buffer_body>> response_;
  std::optional<http::response_serializer<http::buffer_body>> serializer_;
  SharedText body_;
  bool keep_alive_ = true, uploads_ = false;
};

}  // namespace

void ServerState::listen() {
  beast::error_code error;
  const auto address = asio::ip::make_address(access.address, error);
  if (error)
    throw bad_usage("--listen: '{}' is no IP address (0.0.0.0 is all of this computer's)",
                    access.address);
  const tcp::endpoint endpoint(address, access.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(static_cast<int>(Limits::kConnections), error);
  if (error) {
    throw bad_usage("cannot listen on {}, port {}: {}; choose another one (--port)", access.address,
                    access.port, error.message());
  }
}

void ServerState::accept() {
  acceptor.async_accept([self = shared_from_this()](beast::error_code error, tcp::socket socket) {
    if (self->ending) return;
    if (!error && self->connections < Limits::kConnections) {
      beast::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      std::make_shared<HttpConnection>(std::move(socket), self)->read();
    }
    if (!error) return self->accept();
    // Out of files, for example: what is open goes on.
    auto pause = std::make_shared<asio::steady_timer>(self->io, std::chrono::milliseconds(100));
    pause->async_wait([self, pause](beast::error_code) { self->accept(); });
  });
}

void ServerState::open_live(Connection&& connection, LiveConnection::Request request) {
  const ClientId id = ++last_client;
  ++connections;
  LiveConnection::Events events{
      [this, id] { handler.opened(id); },
      [this, id](std::string text) { handler.received(id, std::move(text)); },
      [this, id] {
        --connections;
        clients.erase(id);
        handler.closed(id);
      }};
  const auto client =
      std::make_shared<LiveConnection>(std::move(connection), std::move(events), silence);
  clients.emplace(id, client);
  client->accept(std::move(request));
}

void ServerState::poll(const std::function<bool()>& goes_on, const SharedText& farewell) {
  timer.expires_after(std::chrono::milliseconds(100));
  timer.async_wait([this, &goes_on, &farewell](beast::error_code) {
    if (goes_on()) return poll(goes_on, farewell);
    shut_down(farewell);
  });
}

void ServerState::shut_down(const SharedText& farewell) {
  ending = true;
  beast::error_code ignored;
  acceptor.close(ignored);
  const auto leaving = clients;
  for (const auto& [id, client] : leaving) client->leave(farewell);
  if (clients.empty()) return io.stop();
  timer.expires_after(Limits::kClosing);
  timer.async_wait([this](beast::error_code) { io.stop(); });
}

Server::Server(const Access& access, Handler& handler, std::chrono::milliseconds silence)
    : io_(std::make_unique<Context>()),
      state_(std::make_shared<ServerState>(io_->io, access, handler, silence)) {
  state_->listen();
}

// What is still waited for holds the state, and goes with the context.
Server::~Server() = default;

std::uint16_t Server::port() const {
  return state_->acceptor.local_endpoint().port();
}

void Server::run(const std::function<bool()>& goes_on, const SharedText& farewell) {
  state_->accept();
  state_->mailbox.open(state_);
  state_->poll(goes_on, farewell);
  state_->io.run();
}

void Server::send(ClientId client, Queue queue, SharedText message) {
  state_->mailbox.put([state = state_.get(), client, queue, message = std::move(message)] {
    const auto found = state->clients.find(client);
    if (found != state->clients.end()) found->second->send(queue, message);
  });
}

void Server::next(ClientId client) {
  state_->mailbox.put([state = state_.get(), client] {
    const auto found = state->clients.find(client);
    if (found != state->clients.end()) found->second->read();
  });
}

void Server::close(ClientId client) {
  state_->mailbox.put([state = state_.get(), client] {
    const auto found = state->clients.find(client);
    if (found != state->clients.end())
      found->second->close(beast::websocket::close_code::policy_error);
  });
}

}  // namespace arcadecam::serve
