#include "serve/transport/connection.h"

namespace arcadecam::serve {

void Connection::read(const FirstBuffers<boost::asio::mutable_buffer>& buffers, Transferred done) {
  tcp_.async_read_some(buffers, std::move(done));
}

void Connection::write(const FirstBuffers<boost::asio::const_buffer>& buffers, Transferred done) {
  tcp_.async_write_some(buffers, std::move(done));
}

void Connection::tear_down(boost::beast::role_type role, Closed done) {
  async_teardown(role, tcp_, std::move(done));
}

}  // namespace arcadecam::serve
