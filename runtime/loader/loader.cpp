// The steps, in order: read the headers, lay out three page-aligned parts (code and stubs; read-only data and GOT;
// writable data), copy, resolve symbols, relocate, protect. Parts share one mapping, so everything is within 2 GB of
// everything else but libc, which is reached through stubs and the GOT.
#include "runtime/loader/loader.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "runtime/loader/gdb.h"

namespace aic::rt {
namespace {

constexpr size_t page = 4096;
constexpr size_t nowhere = ~size_t{0};
constexpr size_t stub_bytes = 16;  // jmp *[rip + 2]; two bytes of padding; the address

size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

// libm may not be among what the process has opened for everybody (Python may link it privately).
void* find_in_process(const char* name) {
  if (void* p = dlsym(RTLD_DEFAULT, name)) return p;
  static void* const libm = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);
  if (void* p = libm ? dlsym(libm, name) : nullptr) return p;
  static void* const libmvec = dlopen("libmvec.so.1", RTLD_NOW | RTLD_LOCAL);
  return libmvec ? dlsym(libmvec, name) : nullptr;
}

}  // namespace

class Linker {
 public:
  Linker(std::span<const std::byte> object, std::string& error) : object_(object), error_(error) {}
  bool link(Code& code) { return read_headers() && lay_out() && map(code) && resolve(code) && relocate() && protect(); }
  // The file with the addresses of its sections filled in, as gdb wants it.
  [[nodiscard]] std::vector<std::byte> object_with_addresses() const {
    std::vector<std::byte> copy(object_.begin(), object_.end());
    size_t headers = reinterpret_cast<const std::byte*>(sections_.data()) - object_.data();
    for (size_t i = 0; i < sections_.size(); ++i) {
      Elf64_Addr address = offsets_[i] == nowhere ? 0 : reinterpret_cast<Elf64_Addr>(base_ + offsets_[i]);
      memcpy(copy.data() + headers + i * sizeof(Elf64_Shdr) + offsetof(Elf64_Shdr, sh_addr), &address, sizeof address);
    }
    return copy;
  }

  // A line of /tmp/perf-PID.map for each function, where perf looks for the names of code that is in no file.
  void tell_perf() const {
    std::string path = "/tmp/perf-" + std::to_string(getpid()) + ".map", lines;
    for (size_t i = 1; i < symbols_.size(); ++i) {
      const Elf64_Sym& s = symbols_[i];
      if (ELF64_ST_TYPE(s.st_info) != STT_FUNC || !addresses_[i] || s.st_size == 0) continue;
      char place[48];
      snprintf(place, sizeof place, "%zx %zx aic::", reinterpret_cast<size_t>(addresses_[i]), size_t(s.st_size));
      std::string_view name = text(*strings_, s.st_name);
      if (name.starts_with("aic_entry_")) name.remove_prefix(10);
      lines += place + std::string(name) + "\n";
    }
    int file = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return;
    [[maybe_unused]] ssize_t written = write(file, lines.data(), lines.size());
    close(file);
  }

 private:
  bool fail(std::string why) {
    error_ = "cannot load the object: " + std::move(why);
    return false;
  }
  // `count` records of T at `offset` of the file, or null.
  template <class T>
  const T* at(uint64_t offset, uint64_t count) const {
    if (offset > object_.size() || count > (object_.size() - offset) / sizeof(T)) return nullptr;
    return reinterpret_cast<const T*>(object_.data() + offset);
  }
  const char* text(const Elf64_Shdr& table, uint64_t offset) const {
    const char* first = at<char>(table.sh_offset, table.sh_size);
    if (!first || offset >= table.sh_size || !memchr(first + offset, 0, table.sh_size - offset)) return nullptr;
    return first + offset;
  }

  bool read_headers() {
    const auto* header = at<Elf64_Ehdr>(0, 1);
    if (!header || memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return fail("not an ELF file");
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != EM_X86_64 || header->e_type != ET_REL)
      return fail("not a relocatable x86-64 object");
    if (header->e_shentsize != sizeof(Elf64_Shdr)) return fail("unknown section headers");
    const auto* first = at<Elf64_Shdr>(header->e_shoff, header->e_shnum);
    if (!first || header->e_shoff % 8) return fail("truncated section headers");
    sections_ = {first, header->e_shnum};
    offsets_.assign(sections_.size(), nowhere);
    if (header->e_shstrndx >= sections_.size()) return fail("no section names");
    for (const Elf64_Shdr& s : sections_) {
      if (s.sh_type != SHT_NOBITS && !at<char>(s.sh_offset, s.sh_size)) return fail("truncated section");
      if (s.sh_addralign > page) return fail("section aligned beyond a page");
      if (s.sh_type == SHT_SYMTAB) {
        if (s.sh_link >= sections_.size() || s.sh_offset % 8) return fail("broken symbol table");
        symbols_ = {at<Elf64_Sym>(s.sh_offset, s.sh_size / sizeof(Elf64_Sym)), size_t(s.sh_size / sizeof(Elf64_Sym))};
        strings_ = &sections_[s.sh_link];
      }
      if (s.sh_type == SHT_RELA) relocation_count_ += s.sh_size / sizeof(Elf64_Rela);
      if (s.sh_type == SHT_REL) return fail("relocations without addends");
    }
    names_ = &sections_[header->e_shstrndx];
    return strings_ ? true : fail("no symbol table");
  }

  [[nodiscard]] bool wanted(const Elf64_Shdr& s) const {
    if (!(s.sh_flags & SHF_ALLOC) || s.sh_size == 0) return false;
    const char* name = text(*names_, s.sh_name);
    return !name || strcmp(name, ".eh_frame") != 0;
  }
  bool place(bool executable, bool writable) {
    for (size_t i = 0; i < sections_.size(); ++i) {
      const Elf64_Shdr& s = sections_[i];
      if (!wanted(s) || bool(s.sh_flags & SHF_EXECINSTR) != executable || bool(s.sh_flags & SHF_WRITE) != writable) continue;
      if (s.sh_flags & SHF_TLS) return fail("thread-local storage");
      if (s.sh_size > size_t{1} << 30) return fail("section over 1 GB");
      total_ = round_up(total_, s.sh_addralign ? s.sh_addralign : 1);
      offsets_[i] = total_;
      total_ += s.sh_size;
    }
    return true;
  }
  bool lay_out() {
    if (!place(true, false)) return false;
    stubs_ = total_ = round_up(total_, stub_bytes);
    total_ += relocation_count_ * stub_bytes;
    code_end_ = total_ = round_up(total_, page);
    if (!place(false, false)) return false;
    got_ = total_ = round_up(total_, 8);
    total_ += relocation_count_ * 8;
    constant_end_ = total_ = round_up(total_, page);
    if (!place(false, true) || !place(true, true)) return false;
    for (const Elf64_Sym& s : symbols_)
      if (s.st_shndx == SHN_COMMON) {  // st_value is its alignment
        if (s.st_size > size_t{1} << 30 || s.st_value > page) return fail("common symbol too large");
        total_ = round_up(total_, s.st_value ? s.st_value : 1);
        commons_.push_back(total_);
        total_ += s.st_size;
      }
    total_ = round_up(total_ ? total_ : 1, page);
    return true;
  }

  bool map(Code& code) {
    void* p = mmap(nullptr, total_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return fail("no memory");
    code.base_ = p;
    code.bytes_ = total_;
    base_ = static_cast<char*>(p);
    for (size_t i = 0; i < sections_.size(); ++i)
      if (offsets_[i] != nowhere && sections_[i].sh_type != SHT_NOBITS)
        memcpy(base_ + offsets_[i], object_.data() + sections_[i].sh_offset, sections_[i].sh_size);
    return true;
  }

  bool resolve(Code& code) {
    addresses_.assign(symbols_.size(), nullptr);
    size_t common = 0;
    for (size_t i = 1; i < symbols_.size(); ++i) {
      const Elf64_Sym& s = symbols_[i];
      const char* name = text(*strings_, s.st_name);
      if (!name) return fail("broken symbol name");
      if (s.st_shndx == SHN_UNDEF) {
        addresses_[i] = strcmp(name, "_GLOBAL_OFFSET_TABLE_") == 0 ? base_ + got_ : static_cast<char*>(find_in_process(name));
        if (!addresses_[i] && ELF64_ST_BIND(s.st_info) != STB_WEAK) return fail(std::string("undefined symbol ") + name);
      } else if (s.st_shndx == SHN_ABS) {
        addresses_[i] = reinterpret_cast<char*>(s.st_value);
      } else if (s.st_shndx == SHN_COMMON) {
        addresses_[i] = base_ + commons_[common++];
      } else if (s.st_shndx < sections_.size() && offsets_[s.st_shndx] != nowhere) {
        if (s.st_value > sections_[s.st_shndx].sh_size) return fail("symbol outside its section");
        addresses_[i] = base_ + offsets_[s.st_shndx] + s.st_value;
        if (ELF64_ST_BIND(s.st_info) != STB_LOCAL) code.symbols_[name] = addresses_[i];
      }
    }
    return true;
  }

  char* stub_for(uint32_t symbol) {
    char*& stub = stub_of_[symbol];
    if (!stub) {
      stub = base_ + stubs_ + stub_bytes * (stub_of_.size() - 1);
      const unsigned char jump[8] = {0xff, 0x25, 2, 0, 0, 0, 0x90, 0x90};
      memcpy(stub, jump, 8);
      memcpy(stub + 8, &addresses_[symbol], 8);
    }
    return stub;
  }
  char* got_for(uint32_t symbol) {
    char*& slot = got_of_[symbol];
    if (!slot) {
      slot = base_ + got_ + 8 * (got_of_.size() - 1);
      memcpy(slot, &addresses_[symbol], 8);
    }
    return slot;
  }

  bool relocate() {
    for (const Elf64_Shdr& s : sections_) {
      if (s.sh_type != SHT_RELA || s.sh_info >= sections_.size() || offsets_[s.sh_info] == nowhere) continue;
      size_t count = s.sh_size / sizeof(Elf64_Rela);
      for (size_t k = 0; k < count; ++k) {
        Elf64_Rela r;
        memcpy(&r, object_.data() + s.sh_offset + k * sizeof r, sizeof r);
        if (!apply(r, sections_[s.sh_info], base_ + offsets_[s.sh_info])) return false;
      }
    }
    return true;
  }

  bool apply(const Elf64_Rela& r, const Elf64_Shdr& section, char* start) {
    uint32_t symbol = ELF64_R_SYM(r.r_info);
    uint32_t type = ELF64_R_TYPE(r.r_info);
    if (type == R_X86_64_NONE) return true;
    size_t width = type == R_X86_64_64 || type == R_X86_64_PC64 ? 8 : 4;
    if (symbol >= addresses_.size() || r.r_offset > section.sh_size || section.sh_size - r.r_offset < width)
      return fail("relocation outside its section");
    char* place = start + r.r_offset;
    int64_t target = reinterpret_cast<int64_t>(addresses_[symbol]);
    int64_t here = reinterpret_cast<int64_t>(place);
    int64_t value = 0;
    switch (type) {
      case R_X86_64_64:
      case R_X86_64_32:
      case R_X86_64_32S: value = target + r.r_addend; break;
      case R_X86_64_PC64: value = target + r.r_addend - here; break;
      case R_X86_64_PC32:
      case R_X86_64_PLT32:
        value = target + r.r_addend - here;
        // Only a call may go through a stub; data further than 2 GB is an error.
        if (value != int32_t(value) && type == R_X86_64_PLT32)
          value = reinterpret_cast<int64_t>(stub_for(symbol)) + r.r_addend - here;
        break;
      case R_X86_64_GOTPCREL:
      case R_X86_64_GOTPCRELX:
      case R_X86_64_REX_GOTPCRELX: value = reinterpret_cast<int64_t>(got_for(symbol)) + r.r_addend - here; break;
      default: return fail("relocation of unknown type " + std::to_string(type));
    }
    if (width == 8) {
      memcpy(place, &value, 8);
      return true;
    }
    bool fits = type == R_X86_64_32 ? value == int64_t(uint32_t(value)) : value == int64_t(int32_t(value));
    if (!fits) return fail("relocation out of range");
    int32_t low = int32_t(value);
    memcpy(place, &low, 4);
    return true;
  }

  bool protect() {
    if (code_end_ && mprotect(base_, code_end_, PROT_READ | PROT_EXEC) != 0) return fail("mprotect");
    if (constant_end_ > code_end_ && mprotect(base_ + code_end_, constant_end_ - code_end_, PROT_READ) != 0)
      return fail("mprotect");
    return true;
  }

  std::span<const std::byte> object_;
  std::string& error_;
  std::span<const Elf64_Shdr> sections_;
  std::span<const Elf64_Sym> symbols_;
  const Elf64_Shdr *names_ = nullptr, *strings_ = nullptr;
  std::vector<size_t> offsets_, commons_;
  std::vector<char*> addresses_;
  std::unordered_map<uint32_t, char*> stub_of_, got_of_;
  size_t total_ = 0, stubs_ = 0, got_ = 0, code_end_ = 0, constant_end_ = 0, relocation_count_ = 0;
  char* base_ = nullptr;
};

std::unique_ptr<Code> Code::load(std::span<const std::byte> object, bool debug, std::string& error) {
  // Headers are read in place: the object must stand at a multiple of 8.
  std::vector<std::byte> aligned;
  if (reinterpret_cast<uintptr_t>(object.data()) % 8) {
    aligned.assign(object.begin(), object.end());
    object = aligned;
  }
  std::unique_ptr<Code> code(new Code);
  Linker linker(object, error);
  if (!linker.link(*code)) return nullptr;
  if (debug) code->debug_ = gdb_register(linker.object_with_addresses());
  if (const char* perf = getenv("AIC_PERF"); perf && *perf && *perf != '0') linker.tell_perf();
  return code;
}

Code::~Code() {
  if (debug_) gdb_unregister(debug_);
  if (base_) munmap(base_, bytes_);
}

void* Code::find(std::string_view name) const {
  auto it = symbols_.find(std::string(name));
  return it == symbols_.end() ? nullptr : it->second;
}

}  // namespace aic::rt
