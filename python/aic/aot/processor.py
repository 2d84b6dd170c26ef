"""What a processor must have to run a library's code: the runtime asks before the first call, `aic.load` when it loads."""
from aic import _aic

_V2 = "sse3,ssse3,sse4.1,sse4.2,popcnt,cx16"
_V3 = _V2 + ",avx,avx2,bmi,bmi2,f16c,fma,lzcnt,movbe"
_LEVELS = {"x86-64": "", "x86-64-v2": _V2, "x86-64-v3": _V3, "x86-64-v4": _V3 + ",avx512f,avx512bw,avx512cd,avx512dq,avx512vl"}


def needs(cpu):
    """LLVM's names of features, with commas; `cpu` is empty for this machine, whose code may use all that it has."""
    if cpu:
        return _LEVELS[cpu]
    host = set(_aic.generator_version().split(" ")[-1].split(","))
    return ",".join(name for name in _aic.processor_known().split(",") if f"+{name}" in host)
