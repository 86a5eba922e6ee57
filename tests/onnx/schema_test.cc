// The table of fields against ONNX's own schema.
#include "onnx/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace gossamer::onnx_model {
namespace {

constexpr const char* kNames[] = {"ModelProto",
                                  "OperatorSetIdProto",
                                  "StringStringEntryProto",
                                  "FunctionProto",
                                  "GraphProto",
                                  "NodeProto",
                                  "AttributeProto",
                                  "TensorProto",
                                  "SparseTensorProto",
                                  "ValueInfoProto",
                                  "TypeProto",
                                  "TypeProto.Tensor",
                                  "TensorShapeProto",
                                  "TensorShapeProto.Dimension"};
static_assert(std::size(kNames) == kMessages);

std::string name_of(Message message) {
  return kNames[static_cast<size_t>(message)];
}

struct Declared {
  bool repeated = false;
  std::string type;
};

// Every field in a .proto file by message and number: "NodeProto 3" -> optional string.
std::map<std::string, Declared> declared_fields(std::istream& in) {
  std::map<std::string, Declared> fields;
  std::vector<std::string> scopes;  // "" for a oneof or an enum, which name nothing
  for (std::string line; std::getline(in, line);) {
    line = line.substr(0, line.find("//"));
    std::istringstream words(line);
    std::vector<std::string> word;
    for (std::string each; words >> each;) word.push_back(each);
    if (line.find('{') != std::string::npos) {
      scopes.push_back(word[0] == "message" ? word[1] : "");
    } else if (line.find('}') != std::string::npos) {
      if (!scopes.empty()) scopes.pop_back();
    } else if (const auto equals = std::ranges::find(word, "=");
               equals - word.begin() >= 2 && word.end() - equals >= 2) {
      std::string scope;
      for (const std::string& name : scopes) {
        if (!name.empty()) scope += (scope.empty() ? "" : ".") + name;
      }
      const int number = std::atoi((equals + 1)->c_str());
      Declared& field = fields[scope + " " + std::to_string(number)];
      field.repeated = word[0] == "repeated";
      field.type = *(equals - 2);
    }
  }
  return fields;
}

std::set<std::string> types_of(const FieldRow& row) {
  switch (row.form) {
    case Form::kInt:
      return {"int32", "int64", "AttributeType", "DataLocation"};
    case Form::kFloat:
    case Form::kFloats:
      return {"float"};
    case Form::kDoubles:
      return {"double"};
    case Form::kText:
      return {"string", "bytes"};
    case Form::kInts:
      return {"int32", "int64", "uint64"};
    case Form::kPlace:
      return {"bytes", "Sequence", "Map", "Optional", "SparseTensor"};
    default: {
      const std::string name = name_of(row.is);
      return {name.substr(name.find('.') + 1)};
    }
  }
}

TEST(Schema, AgreesWithOnnx) {
  std::ifstream file("/usr/include/onnx/onnx.proto");
  if (!file.good()) GTEST_SKIP() << "libonnx-dev is not installed";
  const auto declared = declared_fields(file);
  // Newer than the file that Debian 12 has.
  const std::set<std::string> newer = {"FunctionProto 11", "FunctionProto 13", "NodeProto 8"};
  for (const FieldRow& row : field_table()) {
    const std::string field = name_of(row.in) + " " + std::to_string(row.number);
    const auto found = declared.find(field);
    if (found == declared.end()) {
      EXPECT_TRUE(newer.contains(field)) << field;
      continue;
    }
    EXPECT_TRUE(types_of(row).contains(found->second.type)) << field << found->second.type;
    const bool list =
        row.form == Form::kInts || row.form == Form::kFloats || row.form == Form::kDoubles;
    EXPECT_TRUE(found->second.repeated || !list) << field;
    EXPECT_TRUE(!found->second.repeated || row.form != Form::kInt) << field;
    // What can come any number of times and is kept each time has a cost.
    const bool kept =
        (row.form == Form::kText || row.form == Form::kMessage) && row.in != Message::kTensor;
    EXPECT_TRUE(row.cost > 0 || !kept || !found->second.repeated) << field;
  }
}

TEST(Schema, FindsAFieldByItsWireType) {
  const FieldRow* name = find_field(Message::kNode, 3, 2);
  ASSERT_NE(name, nullptr);
  EXPECT_EQ(name->form, Form::kText);
  EXPECT_EQ(find_field(Message::kNode, 3, 0), nullptr);
  EXPECT_EQ(find_field(Message::kNode, 6, 2), nullptr);  // documentation
  EXPECT_EQ(find_field(Message::kNode, 1000, 2), nullptr);
  EXPECT_NE(find_field(Message::kAttribute, 8, 0), nullptr);  // a list, packed or not
  EXPECT_NE(find_field(Message::kAttribute, 8, 2), nullptr);
}

}  // namespace
}  // namespace gossamer::onnx_model
