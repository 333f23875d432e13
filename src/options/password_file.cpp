#include "options/password_file.hpp"

#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "options/text_file.hpp"

namespace pgcoro::detail {
namespace {

/// Takes a field and its ":" off the front of `line`; whether the field is "*" or equal to `value`.
bool take_field(std::string_view& line, std::string_view value) {
  if (line.starts_with("*:")) {
    line.remove_prefix(2);
    return true;
  }
  for (std::size_t i = 0, matched = 0; i < line.size(); ++i) {
    const bool escaped = line[i] == '\\' && i + 1 < line.size();
    if (escaped) ++i;
    if (line[i] == ':' && !escaped) {
      line.remove_prefix(i + 1);
      return matched == value.size();
    }
    if (matched == value.size() || line[i] != value[matched]) return false;
    ++matched;
  }
  return false;
}

/// The last field: up to a ":" or the line's end.
auth::secret unescape(std::string_view field) {
  auth::secret password;
  for (std::size_t i = 0; i < field.size() && field[i] != ':'; ++i) {
    if (field[i] == '\\' && i + 1 < field.size()) ++i;
    password.push_back(field[i]);
  }
  return password;
}

class file_descriptor {
 public:
  explicit file_descriptor(int fd) : fd_(fd) {}
  file_descriptor(const file_descriptor&) = delete;
  file_descriptor& operator=(const file_descriptor&) = delete;
  ~file_descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

/// Bytes go straight into memory that is wiped: no stream's buffer keeps a copy.
auth::secret read_all(int fd) {
  auth::secret text;
  char chunk[4096];
  ssize_t count = 0;
  while (text.size() < max_text_file && (count = ::read(fd, chunk, sizeof chunk)) > 0) {
    text.append({chunk, static_cast<std::size_t>(count)});
  }
  OPENSSL_cleanse(chunk, sizeof chunk);
  return text;
}

}  // namespace

std::optional<auth::secret> find_password(std::string_view text, const password_key& key) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r') && end != std::string_view::npos) line.remove_suffix(1);
    if (line.starts_with('#')) continue;
    if (take_field(line, key.host) && take_field(line, key.port) && take_field(line, key.dbname) &&
        take_field(line, key.user)) {
      return unescape(line);
    }
  }
  return std::nullopt;
}

auth::secret read_password_file(const std::string& path, std::string& warning) {
  // The file that is judged is the file that is read: both through one descriptor. Nothing waits for a FIFO's writer.
  const file_descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return {};
  if (!S_ISREG(status.st_mode)) {
    warning = "password file " + path + " is passed over: it is no regular file";
    return {};
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    warning = "password file " + path + " is passed over: group or others have access; make it 0600";
    return {};
  }
  return read_all(file.get());
}

}  // namespace pgcoro::detail
