#include <sqlite3.h>

#include <limits>
#include <memory>
#include <mutex>

#include "arcadecam/core/error.h"
#include "core/module.h"
#include "evaluate/store.h"

namespace arcadecam::evaluate {
namespace {

constexpr const char* kSchema =
    "create table if not exists settings(name text primary key, value text not null);"
    "create table if not exists units(id integer primary key, agent text not null, method text not "
    "null, measure text not null, part integer not null, states integer not null, seconds real not "
    "null, unique(agent, method, measure, part));"
    "create table if not exists findings(unit integer not null references units(id), episode "
    "integer not null, step integer, statistic text not null, place real, object text not null, "
    "value "
    "real not null);"
    "create index if not exists findings_of_unit on findings(unit);"
    "create table if not exists maps(agent text not null, method text not null, states integer not "
    "null, seconds real not null);";
/// "ACAM": marks a database as ours.
constexpr const char* kMark = "pragma application_id = 1094925645;";
constexpr std::int64_t kMarkNumber = 1'094'925'645;

class Database {
 public:
  explicit Database(const std::filesystem::path& file) : file_(file.string()) {
    // A handle is there even where opening failed.
    sqlite3* handle = nullptr;
    const int code = sqlite3_open(file_.c_str(), &handle);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail();
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() = default;

  void execute(const char* statements) {
    if (sqlite3_exec(handle(), statements, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  [[noreturn]] void fail() const {
    if (sqlite3_errcode(handle()) == SQLITE_BUSY)
      throw bad_input(
          "{}: another process works on this evaluation; wait for it or give another "
          "--out",
          file_);
    // Writing past a limit of the system or of the user is an error of input and output.
    if (sqlite3_errcode(handle()) == SQLITE_FULL || sqlite3_errcode(handle()) == SQLITE_IOERR) {
      throw bad_input(
          "{}: {}: make room (`df`, `ulimit -f`) and give the same command again, which goes on "
          "from what is recorded",
          file_, sqlite3_errmsg(handle()));
    }
    throw bad_input("{}: {}", file_, sqlite3_errmsg(handle()));
  }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };

  std::string file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// One statement with its parameters.
class Query {
 public:
  Query(Database& database, const char* text) : database_(database) {
    if (sqlite3_prepare_v2(database.handle(), text, -1, &statement_, nullptr) != SQLITE_OK)
      database.fail();
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() { sqlite3_finalize(statement_); }

  template <typename... Values>
  Query& with(const Values&... values) {
    sqlite3_reset(statement_);
    int at = 0;
    (bind(++at, values), ...);
    return *this;
  }
  /// Steps to the next row; false at the end.
  bool next() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) database_.fail();
    return code == SQLITE_ROW;
  }
  [[nodiscard]] std::string text(int column) const {
    const auto* bytes = sqlite3_column_text(statement_, column);
    return bytes == nullptr ? std::string() : reinterpret_cast<const char*>(bytes);
  }
  [[nodiscard]] std::int64_t integer(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] double number(int column) const {
    return sqlite3_column_double(statement_, column);
  }
  [[nodiscard]] bool is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }

 private:
  void bind(int at, const std::string& text) {
    sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()),
                      SQLITE_TRANSIENT);  // NOLINT: SQLite's own cast
  }
  void bind(int at, std::int64_t value) { sqlite3_bind_int64(statement_, at, value); }
  /// NaN becomes null.
  void bind(int at, double value) { sqlite3_bind_double(statement_, at, value); }

  Database& database_;
  sqlite3_stmt* statement_ = nullptr;
};

class SqliteStore final : public Store {
 public:
  SqliteStore(const std::filesystem::path& file, const Settings& settings);

  [[nodiscard]] bool has(const Unit& unit) const override;
  void put(const Unit& unit, const std::vector<Row>& rows, double seconds,
           std::int64_t states) override;
  void put_map_cost(const Cost& cost) override;
  [[nodiscard]] std::vector<Row> rows(const std::string& agent, const std::string& method,
                                      const std::string& measure) const override;
  [[nodiscard]] std::vector<Unit> recorded() const override;
  [[nodiscard]] std::vector<Cost> costs() const override;

 private:
  void prepare(const Settings& settings);
  void check_settings(const Settings& settings);

  std::unique_ptr<Database> database_;
  mutable std::mutex mutex_;
};

/// Removes a database that has nothing in it yet, and what SQLite keeps beside it.
void remove_database(const std::filesystem::path& file) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"})
    std::filesystem::remove(file.string() + suffix, ignored);
}

SqliteStore::SqliteStore(const std::filesystem::path& file, const Settings& settings) {
  std::error_code failure;
  const bool is_new = std::filesystem::symlink_status(file, failure).type() ==
                      std::filesystem::file_type::not_found;
  try {
    database_ = std::make_unique<Database>(file);
    prepare(settings);
  } catch (const Error&) {
    database_.reset();
    if (is_new) remove_database(file);
    throw;
  }
}

void SqliteStore::prepare(const Settings& settings) {
  // Whoever opens it keeps it: a second process is told so.
  database_->execute(
      "pragma locking_mode = exclusive; pragma journal_mode = wal; pragma "
      "synchronous = normal; begin immediate; commit;");
  {
    Query mark(*database_, "pragma application_id");
    Query tables(*database_, "select count(*) from sqlite_master");
    if (mark.next() && tables.next() && mark.integer(0) != kMarkNumber && tables.integer(0) > 0)
      throw bad_input("{}: this database holds no evaluation; give another --out",
                      database_->file());
  }
  database_->execute(kMark);
  database_->execute(kSchema);
  check_settings(settings);
}

void SqliteStore::check_settings(const Settings& settings) {
  database_->execute("begin immediate");
  Query find(*database_, "select value from settings where name = ?");
  Query add(*database_, "insert into settings values(?, ?)");
  for (const auto& [name, value] : settings) {
    if (!find.with(name).next()) {
      add.with(name, value).next();
    } else if (find.text(0) != value) {
      throw bad_usage(
          "{}: was made with {} {}, and now it is {}; give the same settings or another --out",
          database_->file(), name, find.text(0), value);
    }
  }
  find.with(std::string());
  database_->execute("commit");
}

bool SqliteStore::has(const Unit& unit) const {
  const std::scoped_lock lock(mutex_);
  return Query(*database_,
               "select 1 from units where agent = ? and method = ? and measure = ? and part = ?")
      .with(unit.agent, unit.method, unit.measure, unit.part)
      .next();
}

void SqliteStore::put(const Unit& unit, const std::vector<Row>& rows, double seconds,
                      std::int64_t states) {
  if (has(unit)) return;
  const std::scoped_lock lock(mutex_);
  database_->execute("begin immediate");
  try {
    Query(*database_,
          "insert into units(agent, method, measure, part, states, seconds) values(?, ?, ?, ?, ?, "
          "?)")
        .with(unit.agent, unit.method, unit.measure, unit.part, states, seconds)
        .next();
    const std::int64_t id = sqlite3_last_insert_rowid(database_->handle());
    Query add(*database_, "insert into findings values(?, ?, ?, ?, ?, ?, ?)");
    for (const Row& row : rows) {
      add.with(id, row.episode, row.step, row.finding.statistic, row.finding.at, row.finding.object,
               row.finding.value)
          .next();
    }
    add.with();
    database_->execute("commit");
  } catch (...) {
    sqlite3_exec(database_->handle(), "rollback", nullptr, nullptr, nullptr);
    throw;
  }
}

void SqliteStore::put_map_cost(const Cost& cost) {
  const std::scoped_lock lock(mutex_);
  Query(*database_, "insert into maps values(?, ?, ?, ?)")
      .with(cost.agent, cost.method, cost.states, cost.seconds)
      .next();
}

std::vector<Row> SqliteStore::rows(const std::string& agent, const std::string& method,
                                   const std::string& measure) const {
  const std::scoped_lock lock(mutex_);
  Query query(
      *database_,
      "select episode, step, statistic, place, value, object from findings join units on unit = id "
      "where agent = ? and method = ? and measure = ? order by part, findings.rowid");
  query.with(agent, method, measure);
  std::vector<Row> rows;
  while (query.next()) {
    const double at = query.is_null(3) ? std::numeric_limits<double>::quiet_NaN() : query.number(3);
    rows.push_back(
        {query.integer(0), query.integer(1), {query.text(2), query.number(4), at, query.text(5)}});
  }
  return rows;
}

std::vector<Unit> SqliteStore::recorded() const {
  const std::scoped_lock lock(mutex_);
  Query query(*database_,
              "select agent, method, measure from units group by agent, method, measure order by "
              "min(id)");
  std::vector<Unit> units;
  while (query.next()) units.push_back({query.text(0), query.text(1), query.text(2), 0});
  return units;
}

std::vector<Cost> SqliteStore::costs() const {
  const std::scoped_lock lock(mutex_);
  Query query(*database_,
              "select agent, method, measure, sum(seconds), sum(states) from units group by 1, 2, "
              "3 union all select agent, method, 'map', sum(seconds), sum(states) from maps group "
              "by 1, 2 order by 1, 2, 3");
  std::vector<Cost> costs;
  while (query.next())
    costs.push_back(
        {query.text(0), query.text(1), query.text(2), query.number(3), query.integer(4)});
  return costs;
}

constexpr StoreModule kTable{[](const std::filesystem::path& file,
                                const Store::Settings& settings) -> std::unique_ptr<Store> {
  return std::make_unique<SqliteStore>(file, settings);
}};

}  // namespace
}  // namespace arcadecam::evaluate

extern "C" __attribute__((visibility("default"))) arcadecam::ModuleEntry arcadecam_module() {
  return {ARCADECAM_VERSION, &arcadecam::evaluate::kTable};
}
