"""Names: every op that a program would reach for is there, as a function and as a method where PyTorch has it."""

from __future__ import annotations

import re

import pytest

import minigrad as mg
import minigrad.nn.functional

MADE = """
tensor as_tensor zeros ones full empty eye arange linspace logspace rand randn randint randperm normal bernoulli
multinomial zeros_like ones_like full_like empty_like rand_like randn_like randint_like Generator manual_seed
from_numpy complex polar tril_indices triu_indices get_rng_state set_rng_state range scalar_tensor empty_strided
empty_permuted frombuffer from_dlpack poisson binomial hann_window hamming_window blackman_window bartlett_window
kaiser_window
""".split()

ARITHMETIC = """
add sub mul div subtract multiply divide true_divide floor_divide remainder fmod pow float_power neg negative positive
reciprocal square sqrt rsqrt abs absolute sign sgn round floor ceil trunc fix frac clamp clip clamp_min clamp_max
maximum minimum fmax fmin lerp addcmul addcdiv hypot atan2 arctan2 copysign heaviside nextafter ldexp gcd lcm
logaddexp logaddexp2 xlogy sinc nan_to_num deg2rad rad2deg signbit
exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan arcsin arccos arctan sinh cosh tanh asinh acosh atanh
arcsinh arccosh arctanh erf erfc erfinv lgamma digamma polygamma mvlgamma i0 sigmoid logit relu softmax log_softmax
logsumexp prelu hardshrink frexp igamma igammac fill conj_physical resolve_conj resolve_neg is_conj is_neg
eq ne lt le gt ge not_equal less less_equal greater greater_equal isclose allclose equal isnan isinf isfinite isposinf
isneginf isreal isin is_nonzero logical_and logical_or logical_xor logical_not bitwise_and bitwise_or bitwise_xor
bitwise_not bitwise_left_shift bitwise_right_shift real imag conj angle
""".split()

REDUCED = """
sum mean prod var std norm max min amax amin aminmax argmax argmin median nanmedian mode kthvalue topk sort argsort
msort unique unique_consecutive cumsum cumprod cummax cummin logcumsumexp any all nansum nanmean quantile nanquantile
count_nonzero diff histc bincount cov corrcoef dist renorm var_mean std_mean trapezoid trapz cumulative_trapezoid
gradient bucketize searchsorted histogram histogramdd pdist
""".split()

SHAPED = """
reshape flatten unflatten squeeze unsqueeze permute transpose t movedim moveaxis swapaxes swapdims broadcast_to flip
fliplr flipud rot90 roll tile chunk split tensor_split hsplit vsplit dsplit unbind diag diagonal diag_embed diagflat
tril triu as_strided select narrow ravel numel clone detach adjoint split_with_sizes
index_select index_add index_copy index_fill index_put gather scatter scatter_add scatter_reduce masked_fill
masked_select masked_scatter where take take_along_dim put nonzero argwhere select_scatter slice_scatter
diagonal_scatter repeat_interleave index_reduce as_strided_scatter nonzero_static unravel_index narrow_copy unsafe_chunk
unsafe_split unsafe_split_with_sizes
""".split()

JOINED = """
cat concat concatenate stack hstack vstack dstack column_stack row_stack meshgrid cartesian_prod combinations block_diag
broadcast_tensors broadcast_shapes atleast_1d atleast_2d atleast_3d
""".split()

LINEAR = """
matmul mm mv dot bmm addmm addmv addbmm baddbmm addr outer ger inner vdot einsum tensordot kron cross trace det logdet
slogdet inverse pinverse cholesky cholesky_solve matrix_power chain_matmul cdist
""".split()

METHODS = """
view view_as reshape_as expand expand_as repeat unfold type_as to type item tolist numpy cpu size dim ndimension stride
storage_offset is_contiguous contiguous element_size nelement new_tensor new_zeros new_ones new_full new_empty
requires_grad_ register_hook retain_grad backward zero_ fill_ copy_ fill_diagonal_ uniform_ normal_ bernoulli_
exponential_ random_ geometric_ log_normal_ cauchy_ double float half long int short byte char bool cfloat cdouble
index_reduce_ igamma_ igammac_ conj_physical_ is_cpu is_sparse_csr get_device new_empty_strided dim_order
squeeze_ unsqueeze_ transpose_ t_ detach_ add_ sub_ mul_ div_ pow_ exp_ relu_ clamp_ masked_fill_ index_fill_ index_add_
index_copy_ index_put_ scatter_ scatter_add_ scatter_reduce_ masked_scatter_ put_ tril_ triu_ T H mT mH
""".split()

LAYERS = """
relu leaky_relu elu selu celu gelu silu mish softplus hardtanh relu6 hardsigmoid hardswish softsign tanhshrink
logsigmoid prelu glu threshold softmin softmax log_softmax normalize gumbel_softmax
conv1d conv2d conv_transpose1d conv_transpose2d max_pool1d max_pool2d avg_pool1d avg_pool2d adaptive_avg_pool1d
adaptive_avg_pool2d adaptive_max_pool2d dropout alpha_dropout embedding one_hot pad linear bilinear interpolate unfold
fold layer_norm batch_norm group_norm instance_norm rms_norm scaled_dot_product_attention
mse_loss l1_loss smooth_l1_loss huber_loss nll_loss cross_entropy binary_cross_entropy binary_cross_entropy_with_logits
kl_div cosine_similarity pairwise_distance hinge_embedding_loss margin_ranking_loss poisson_nll_loss gaussian_nll_loss
triplet_margin_loss
""".split()

LINALG = """
cholesky cond det eigh eigvalsh inv lstsq matmul matrix_norm matrix_power matrix_rank multi_dot norm pinv qr slogdet
solve solve_triangular svd svdvals vector_norm cross
""".split()

FUNCTIONS = MADE + ARITHMETIC + REDUCED + SHAPED + JOINED + LINEAR
BOTH = ARITHMETIC + REDUCED + SHAPED + LINEAR + METHODS


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS)))
def test_a_function_is_there_where_pytorch_has_it(name: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: what it has is not known")
    assert hasattr(mg, name) == hasattr(torch, name)


@pytest.mark.parametrize("name", sorted(set(BOTH)))
def test_a_method_is_there_where_pytorch_has_it(name: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: what it has is not known")
    assert hasattr(mg.Tensor, name) == hasattr(torch.Tensor, name)


def test_no_name_is_missing() -> None:
    """The same without PyTorch: these are the names that are methods alone, or functions alone."""
    functions_only = {"trapezoid", "trapz", "cumulative_trapezoid", "gradient", "bucketize", "searchsorted"}
    functions_only |= {"fill", "histogramdd", "pdist", "unravel_index"}
    functions_only |= {"var_mean", "std_mean", "isin", "is_nonzero", "einsum", "tensordot", "chain_matmul", "cdist"}
    assert [name for name in FUNCTIONS if not hasattr(mg, name) and name != "index_put"] == []
    assert [name for name in BOTH if not hasattr(mg.Tensor, name) and name not in functions_only] == []
    assert [name for name in LAYERS if not hasattr(mg.nn.functional, name)] == []
    assert [name for name in LINALG if not hasattr(mg.linalg, name)] == []


# What PyTorch has and minigrad leaves out, by the reason why; each name is a regular expression.
LEFT_OUT = {
    "another device, another layout or another way of storing numbers": r"""
    cudnn_.* miopen_.* mkldnn_.* fbgemm_.* .*_autocast.* autocast_.* .*vulkan.*
    is_(ipu|maia|mtia|xla|xpu|cuda|mkldnn|hpu) ipu xpu mtia cuda hpu sparse_.* .*sparse.* to_mkldnn dense_dim
    coalesce is_coalesced (c|r)(col|row|crow)_indices.* (crow|col|ccol|row)_indices(_copy)? indices(_copy)?
    values(_copy)? smm spmm dsmm hsmm hspmm saddmm to_padded_tensor sspaddmm quantize.* q_.* qscheme dequantize
    int_repr .*quantized.* choose_qparams_optimized fake_quantize_.* fused_moving_avg_obs_fake_quant bfloat16
    chalf record_stream is_distributed get_device_module segment_reduce set_flush_denormal get_file_path
    is_storage storage_type empty_quantized resize_as_sparse_ to_dense
    """,
    "PyTorch's own machinery: compilers, schemas, symbols, kernels by their inner names": r"""
    compile compiled_with_cxx11_abi import_ir.* parse_.* merge_type.* unify_type.* sym_.* fork wait while_loop
    cond native_.* batch_norm_.* convolution conv_tbc .*_with_indices grid_sampler.*
    affine_grid_generator norm_except_dim (rnn|lstm|gru).* embedding_renorm_ hash_tensor init_num_threads
    classproperty thread_safe_generator prepare_multiprocessing.* profiler_.* is_warn_always_enabled
    set_warn_always .*deterministic_debug_mode is_deterministic_.* set_default_device from_file to_dlpack
    constant_pad_nd slice_inverse module_load reinforce const_data_ptr grad_dtype new volatile
    clear_autocast_cache feature_.* dropout_ alpha_dropout_ binary_cross_entropy_with_logits kl_div
    as_strided_ index resize(_as_?)? save load
    """,
    "deprecated, or moved to torch.linalg": r"""
    symeig eig lstsq solve qr svd lu lu_solve lu_unpack triangular_solve matrix_rank cholesky_inverse geqrf
    orgqr ormqr lobpcg pca_lowrank svd_lowrank matrix_exp nuclear_norm frobenius_norm
    """,
    "rare: signals, sampling, shuffles of channels, functions of two numbers, other spellings": r"""
    stft istft channel_shuffle pixel_(un)?shuffle
    embedding_bag apply_ map2?_ conv_transpose3d max_pool3d
    """,
}


def missing(theirs: object, ours: object) -> list[str]:
    """Return the names that PyTorch has, and minigrad neither has nor leaves out for a reason."""
    out = re.compile("|".join(f"(?:{name})" for names in LEFT_OUT.values() for name in names.split()))
    public = (name for name in dir(theirs) if not name.startswith("_") and callable(getattr(theirs, name, None)))
    return [
        name
        for name in public
        if not isinstance(getattr(theirs, name), type) and not hasattr(ours, name) and not out.fullmatch(name)
    ]


def test_what_pytorch_has_and_minigrad_has_not_is_left_out_for_a_reason() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: what it has is not known")
    assert missing(torch, mg) == []
    assert missing(torch.Tensor, mg.Tensor) == []
