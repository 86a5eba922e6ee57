// A plug-in of clang-tidy with one check, which finds nothing: it takes the declarations of system headers
// out of what the others look at. What they find there is never shown, yet nine tenths of the syntax tree of
// one of our files is the C++ library's and xsimd's, and every check is tried on every node of it. Later releases
// of clang-tidy (22) do the same by themselves.
#include <vector>

#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"
#include "clang/AST/ASTContext.h"
#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/Basic/SourceManager.h"

namespace {

class OwnCode : public clang::tidy::ClangTidyCheck {
 public:
  using ClangTidyCheck::ClangTidyCheck;

  // The whole unit is the first node of a walk, so that the walk is cut short before it goes further.
  void registerMatchers(clang::ast_matchers::MatchFinder* finder) override {
    finder->addMatcher(clang::ast_matchers::translationUnitDecl().bind("unit"), this);
  }

  void check(const clang::ast_matchers::MatchFinder::MatchResult& result) override {
    clang::ASTContext& context = *result.Context;
    std::vector<clang::Decl*> own;
    for (clang::Decl* declaration : context.getTranslationUnitDecl()->decls()) {
      if (!context.getSourceManager().isInSystemHeader(declaration->getLocation())) {
        own.push_back(declaration);
      }
    }
    context.setTraversalScope(own);
  }
};

class Module : public clang::tidy::ClangTidyModule {
 public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories& factories) override {
    factories.registerCheck<OwnCode>("gossamer-own-code");
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<Module> added("gossamer-module", "Gossamer's own.");

}  // namespace
