"""Select the environment variables that can change the numbers of a training. All others can be secret."""

from __future__ import annotations

import re
from collections.abc import Mapping

from compiler.base.redaction import redact

_MAX_LENGTH = 200  # characters of a value
_LONG_WORD = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9_+/=]{20,}")
# Names, never patterns: a pattern such as TORCH_* could match a variable with a secret.
RECORDED = (
    # threads
    *("OMP_NUM_THREADS", "OMP_DYNAMIC", "OMP_PROC_BIND", "OMP_PLACES", "OMP_SCHEDULE", "OMP_WAIT_POLICY"),
    *("GOMP_CPU_AFFINITY", "KMP_AFFINITY", "KMP_BLOCKTIME", "KMP_DETERMINISTIC_REDUCTION"),
    *("MKL_NUM_THREADS", "MKL_DYNAMIC", "OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "BLIS_NUM_THREADS"),
    *("NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "TOKENIZERS_PARALLELISM"),
    # instructions of the processor
    *("MKL_CBWR", "MKL_DEBUG_CPU_TYPE", "MKL_ENABLE_INSTRUCTIONS", "MKL_INTERFACE_LAYER", "MKL_THREADING_LAYER"),
    *("OPENBLAS_CORETYPE", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ONEDNN_DEFAULT_FPMATH_MODE"),
    *("ATEN_CPU_CAPABILITY", "LD_PRELOAD"),
    # GPUs
    *("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "CUDA_LAUNCH_BLOCKING", "CUBLAS_WORKSPACE_CONFIG"),
    *("NVIDIA_VISIBLE_DEVICES", "NVIDIA_TF32_OVERRIDE", "NCCL_ALGO", "NCCL_PROTO", "NCCL_P2P_DISABLE"),
    *("HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HSA_OVERRIDE_GFX_VERSION"),
    # torch
    *("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "TORCH_BLAS_PREFER_CUBLASLT", "TORCH_CUDNN_V8_API_DISABLED"),
    *("TORCH_COMPILE_DISABLE", "TORCHDYNAMO_DISABLE", "TORCHINDUCTOR_MAX_AUTOTUNE"),
    *("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ENABLE_MPS_FALLBACK", "PYTORCH_NVML_BASED_CUDA_CHECK"),
    # Python, locale and libraries
    *("PYTHONHASHSEED", "PYTHONOPTIMIZE", "PYTHONUTF8", "LANG", "LC_ALL", "TZ"),
    *("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE", "HYDRA_FULL_ERROR"),
    # processes of one training
    *("LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE"),
)


def recorded_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the list that are set. Secrets and paths in their values are replaced by markers."""
    return {name: _without_secrets(environ[name])[:_MAX_LENGTH] for name in sorted(RECORDED) if name in environ}


def _without_secrets(value: str) -> str:
    """Return a value without keys of any form. Settings and ids of GPUs have no long words of letters and digits."""
    return _LONG_WORD.sub("<key>", redact(value))
