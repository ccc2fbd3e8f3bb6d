#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>

#include "arcadecam/core/error.h"
#include "core/module.h"
#include "core/parse_number.h"
#include "core/text.h"
#include "sweep/table_file.h"

namespace arcadecam::sweep {
namespace {

class SqliteTableFile final : public TableFile {
 public:
  explicit SqliteTableFile(const std::filesystem::path& file) : file_(file.string()) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open(file_.c_str(), &handle);
    handle_.reset(handle);
    if (code != SQLITE_OK) fail();
    // The file gets its name when it is whole, so that it needs no journal.
    execute("pragma page_size = 4096; pragma journal_mode = off; pragma synchronous = off; begin");
  }
  void begin(const std::string& table, const std::vector<Column>& columns) override {
    constexpr const char* kTypes[] = {"text", "integer", "real"};
    std::vector<std::string> declared;
    for (const Column& column : columns) {
      declared.push_back(
          fmt::format("\"{}\" {}", column.name, kTypes[static_cast<std::size_t>(column.type)]));
    }
    execute(fmt::format("create table \"{}\"({})", table, fmt::join(declared, ", ")));
    indexes_.push_back(
        fmt::format("create index \"{0}_by_{1}\" on \"{0}\"(\"{1}\")", table, columns[0].name));
    columns_ = columns;
    table_ = table;
    insert_.reset();
    sqlite3_stmt* statement = nullptr;
    const std::string text = insert_text(table, columns.size());
    if (sqlite3_prepare_v2(handle_.get(), text.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      fail();
    insert_.reset(statement);
  }
  void add(const CsvFields& fields) override {
    if (fields.size() != columns_.size()) {
      throw bad_input("{}: a row of table {} has {} fields, expected {}", file_, table_,
                      fields.size(), columns_.size());
    }
    for (std::size_t i = 0; i < fields.size(); ++i)
      bind(static_cast<int>(i) + 1, columns_[i], fields[i]);
    if (sqlite3_step(insert_.get()) != SQLITE_DONE) fail();
    sqlite3_reset(insert_.get());
  }
  void finish() override {
    insert_.reset();
    for (const std::string& index : indexes_) execute(index);
    execute("commit");
    handle_.reset();
  }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  static std::string insert_text(const std::string& table, std::size_t columns) {
    std::string text = "insert into \"" + table + "\" values(?";
    for (std::size_t i = 1; i < columns; ++i) text += ", ?";
    return text + ")";
  }
  void execute(const std::string& statements) {
    if (sqlite3_exec(handle_.get(), statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      fail();
  }
  [[noreturn]] void fail() const {
    throw bad_input("{}: {}", file_, sqlite3_errmsg(handle_.get()));
  }
  template <typename Number>
  [[nodiscard]] Number number_of(const Column& column, const std::string& field) const {
    const auto number = parse_number<Number>(field);
    if (!number) {
      throw bad_input("{}: table {}, column {}: expected a number, found '{}'", file_, table_,
                      column.name, printable(field));
    }
    return *number;
  }
  void bind(int at, const Column& column, const std::string& field) {
    if (column.type == Column::Type::kText) {
      sqlite3_bind_text(insert_.get(), at, field.data(), static_cast<int>(field.size()),
                        SQLITE_STATIC);
    } else if (field.empty()) {
      sqlite3_bind_null(insert_.get(), at);
    } else if (column.type == Column::Type::kWhole) {
      sqlite3_bind_int64(insert_.get(), at, number_of<std::int64_t>(column, field));
    } else {
      sqlite3_bind_double(insert_.get(), at, number_of<double>(column, field));
    }
  }

  std::string file_, table_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::unique_ptr<sqlite3_stmt, Close> insert_;
  std::vector<Column> columns_;
  std::vector<std::string> indexes_;
};

constexpr TableModule kSweepTable{
    [](const std::filesystem::path& file) -> std::unique_ptr<TableFile> {
      return std::make_unique<SqliteTableFile>(file);
    }};

}  // namespace
}  // namespace arcadecam::sweep

extern "C" __attribute__((visibility("default"))) arcadecam::ModuleEntry arcadecam_module() {
  return {ARCADECAM_VERSION, &arcadecam::sweep::kSweepTable};
}
