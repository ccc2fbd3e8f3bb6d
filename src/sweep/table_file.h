#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sweep/csv.h"

namespace arcadecam::sweep {

/// A column of a table; numbers of an empty text are null.
struct Column {
  enum class Type { kText, kWhole, kReal };

  std::string name;
  Type type = Type::kText;
};

/// A new SQLite file of tables. Same tables, rows and version of SQLite: same bytes.
class TableFile {
 public:
  TableFile() = default;
  TableFile(const TableFile&) = delete;
  TableFile& operator=(const TableFile&) = delete;
  virtual ~TableFile() = default;

  /// Makes a table, to which rows are added from now on, and an index of its first column.
  virtual void begin(const std::string& table, const std::vector<Column>& columns) = 0;
  /// As many fields as the table has columns. Throws Error where a number is none.
  virtual void add(const CsvFields& fields) = 0;
  /// Ends the file; nothing may follow.
  virtual void finish() = 0;
};

/// What the module "sweep" offers (core/module.h). The file must not be there, or be empty.
struct TableModule {
  std::unique_ptr<TableFile> (*open)(const std::filesystem::path& file);
};

/// Opens the module and a file.
std::unique_ptr<TableFile> open_table_file(const std::filesystem::path& file);

}  // namespace arcadecam::sweep
