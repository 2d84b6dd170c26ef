// Target machine, optimisation and object code for the CPU. The only file that sees LLVM's passes.
//
// The pipeline is not O2: on our kernels O2 and O3 gave the same run time for 1 to 14 ms more, because the IR comes with
// its aliasing, wrapping and bounds already told. Three ways, chosen by what the module holds:
//   one straight piece of code   no passes, FastISel: 0.2 ms
//   calls but no loops           early-cse, simplifycfg, SelectionDAG at Less
//   loops                        the list in `loop_pipeline`, SelectionDAG at Less
// Loop strength reduction is off: it took 27 % of code generation and no kernel ran slower without it.
// So is turning conditional moves into branches: what maxima and choices of dynamic programming decide cannot be predicted.
#include <llvm/Analysis/CGSCCPassManager.h>
#include <llvm/Analysis/LoopAnalysisManager.h>
#include <llvm/Analysis/TargetLibraryInfo.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Target/TargetOptions.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>
#include <llvm/TargetParser/Triple.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/IndVarSimplify.h>
#include <llvm/Transforms/Scalar/LICM.h>
#include <llvm/Transforms/Scalar/LoopLoadElimination.h>
#include <llvm/Transforms/Scalar/LoopPassManager.h>
#include <llvm/Transforms/Scalar/LoopRotation.h>
#include <llvm/Transforms/Scalar/LoopUnrollPass.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/InjectTLIMappings.h>
#include <llvm/Transforms/Vectorize/LoopVectorize.h>

#include <memory>
#include <mutex>

#include "codegen/compile.h"
#include "codegen/cpu/remainders.h"
#include "codegen/cpu/target.h"
#include "codegen/cpu/vector_math.h"
#include "codegen/lower.h"
#include "ir/base/error.h"

namespace aic::codegen {

namespace {

using namespace llvm;

const Target& target() {
  static const Target* found = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    // Global to the process for LLVM, but this LLVM is ours alone (linked statically, hidden).
    const char* options[] = {"aic", "-disable-lsr", "-x86-cmov-converter=0"};
    cl::ParseCommandLineOptions(3, options, "", &nulls());
    std::string error;
    const Target* t = TargetRegistry::lookupTarget(Triple(sys::getProcessTriple()), error);
    AIC_CHECK(t, error);
    return t;
  }();
  return *found;
}

struct Cpu {
  std::string name, features;
};

// The name alone is not enough: getHostCPUName() does not know every model, and then claims too little.
const Cpu& host() {
  static const Cpu cpu = [] {
    Cpu c{sys::getHostCPUName().str(), {}};
    std::vector<std::string> features;
    for (const auto& entry : sys::getHostCPUFeatures()) features.push_back((entry.second ? "+" : "-") + entry.first().str());
    std::sort(features.begin(), features.end());
    for (const std::string& s : features) c.features += (c.features.empty() ? "" : ",") + s;
    return c;
  }();
  return cpu;
}

Cpu wanted_cpu(const Request& r) {
  if (!r.cpu) return {host().name, r.features ? r.features : host().features};
  return {r.cpu, r.features ? r.features : ""};
}

// Target machines are 0.15 ms to make and not safe to share: each compilation takes one out and gives it back.
class MachineLease {
 public:
  MachineLease(const Cpu& cpu, CodeGenOptLevel level) {
    {
      std::lock_guard lock(mutex());
      auto& pool = machines();
      for (size_t k = 0; k < pool.size(); ++k)
        if (pool[k].cpu == cpu.name && pool[k].features == cpu.features && pool[k].level == level) {
          mine_ = std::move(pool[k]);
          pool.erase(pool.begin() + long(k));
          return;
        }
    }
    TargetOptions options;
    options.AllowFPOpFusion = FPOpFusion::Strict;
    // LLVM 22 converts to integers what AVX512-FP16 should have rounded before (fptosi of rint truncates), and our halves
    // are computed as floats in any case.
    std::string features = cpu.features + (cpu.features.empty() ? "" : ",") + "-avx512fp16";
    mine_ = {cpu.name, cpu.features, level, nullptr};
    mine_.machine.reset(target().createTargetMachine(Triple(sys::getProcessTriple()), cpu.name, features, options, Reloc::PIC_,
                                                     CodeModel::Small, level, /*JIT=*/true));
    AIC_CHECK(mine_.machine, cpu.name);
  }
  ~MachineLease() {
    std::lock_guard lock(mutex());
    if (machines().size() < 8) machines().push_back(std::move(mine_));
  }
  TargetMachine& operator*() { return *mine_.machine; }
  TargetMachine* operator->() { return mine_.machine.get(); }

 private:
  struct Machine {
    std::string cpu, features;
    CodeGenOptLevel level{};
    std::unique_ptr<TargetMachine> machine;
  };
  static std::mutex& mutex() {
    static std::mutex m;
    return m;
  }
  static std::vector<Machine>& machines() {
    static auto* pool = new std::vector<Machine>;  // never destroyed: other threads may compile while the process ends
    return *pool;
  }
  Machine mine_;
};

FunctionPassManager straight_pipeline() {
  FunctionPassManager p;
  p.addPass(SROAPass(SROAOptions::ModifyCFG));
  p.addPass(EarlyCSEPass());
  p.addPass(SimplifyCFGPass());
  return p;
}

FunctionPassManager loop_pipeline() {
  FunctionPassManager p;
  p.addPass(SROAPass(SROAOptions::ModifyCFG));
  p.addPass(EarlyCSEPass());
  p.addPass(InstCombinePass());
  LoopPassManager rotate;
  rotate.addPass(LoopRotatePass());
  rotate.addPass(LICMPass(LICMOptions()));
  p.addPass(createFunctionToLoopPassAdaptor(std::move(rotate), /*UseMemorySSA=*/true));
  LoopPassManager variables;
  variables.addPass(IndVarSimplifyPass());
  p.addPass(createFunctionToLoopPassAdaptor(std::move(variables)));
  p.addPass(InjectTLIMappings());
  p.addPass(LoopVectorizePass());
  p.addPass(MaskRemainders());
  p.addPass(LoopLoadEliminationPass());
  p.addPass(LoopUnrollPass(LoopUnrollOptions(2, /*OnlyWhenForced=*/true)));  // those that loop_metadata marked
  p.addPass(EarlyCSEPass());
  p.addPass(InstCombinePass());
  p.addPass(SimplifyCFGPass());
  return p;
}

void run(FunctionPassManager passes, llvm::Module& module, TargetMachine& machine) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine);
  TargetLibraryInfoImpl library(module.getTargetTriple());
  if (machine.getMCSubtargetInfo()->checkFeatures("+fma")) add_vector_routines(library);
  functions.registerPass([&] { return TargetLibraryAnalysis(library); });  // the first registration counts
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  ModulePassManager all;  // through the adaptor, which sees to it that analyses of one function do not outlive it
  all.addPass(createModuleToFunctionPassAdaptor(std::move(passes)));
  all.run(module, modules);
}

void emit_code(llvm::Module& module, TargetMachine& machine, raw_pwrite_stream& out, bool assembly) {
  legacy::PassManager passes;
  CodeGenFileType type = assembly ? CodeGenFileType::AssemblyFile : CodeGenFileType::ObjectFile;
  AIC_CHECK(!machine.addPassesToEmitFile(passes, out, nullptr, type, /*DisableVerify=*/true));
  passes.run(module);
}

void verify(llvm::Module& module) {
  std::string what;
  raw_string_ostream text(what);
  if (!verifyModule(module, &text)) return;
  text << "\n" << module;
  AIC_CHECK(!"LLVM's verifier", what);
}

}  // namespace

std::string host_cpu() { return host().name + " " + host().features; }

void set_target(llvm::Module& module, const Request& request) {
  MachineLease machine(wanted_cpu(request), CodeGenOptLevel::None);
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
}

void optimise_and_emit(llvm::Module& module, const Request& request, bool has_loops, bool has_calls,
                       const std::function<void(std::string_view)>& out) {
  uint32_t emit = request.flags & AIC_CG_EMIT_MASK;
  bool straight = request.level() == 0 || (!has_loops && !has_calls);
  SmallVector<char, 0> buffer;
  raw_svector_ostream stream(buffer);
  if (request.has(AIC_CG_VERIFY)) verify(module);
  Cpu cpu = wanted_cpu(request);
  MachineLease machine(cpu, straight ? CodeGenOptLevel::None : CodeGenOptLevel::Less);
  if (!machine->getMCSubtargetInfo()->checkFeatures("+f16c")) convert_halves_by_integers(module);
  if (emit != AIC_CG_EMIT_RAW_LLVM && !straight) {
    if (machine->getMCSubtargetInfo()->checkFeatures("+avx512vl"))
      for (llvm::Function& f : module) f.addFnAttr("prefer-vector-width", "512");
    run(has_loops ? loop_pipeline() : straight_pipeline(), module, *machine);
  }
  define_vector_functions(module);
  if (emit == AIC_CG_EMIT_LLVM || emit == AIC_CG_EMIT_RAW_LLVM)
    stream << module;
  else
    emit_code(module, *machine, stream, emit == AIC_CG_EMIT_ASM);
  out({buffer.data(), buffer.size()});
}

}  // namespace aic::codegen
