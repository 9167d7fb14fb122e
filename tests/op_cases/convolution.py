"""Windows over signals and images: convolution, pooling, padding; and the norms of layers."""

from __future__ import annotations

from typing import Any

from op_cases.case import COMPOSED, VECTOR, Case, P, Shapes, nn

IMAGE: tuple[Shapes, ...] = (((1, 2, 3, 4),), ((2, 3, 3),))
BATCH: tuple[Shapes, ...] = (((2, 2, 3, 4),),)
VOLUME: tuple[Shapes, ...] = (((1, 2, 2, 3, 3),), ((2, 3, 2, 4),))
CUBE: tuple[Shapes, ...] = (((1, 2, 2, 3, 3),),)
SIGNAL: tuple[Shapes, ...] = (((2, 3, 5),),)
NORMS: tuple[Shapes, ...] = (((2, 4, 3), (4,), (4,)), ((3, 4), (4,), (4,)), ((2, 4, 2, 2), (4,), (4,)))

THETA: tuple[Shapes, ...] = (((2, 2, 3),), ((1, 3, 4),))


def stats(m: Any, a: Any) -> Any:
    return m.tensor([0.1, 0.2, 0.3, 0.4], dtype=a.dtype), m.tensor([1.0, 2.0, 3.0, 4.0], dtype=a.dtype)


CASES = [
    Case("conv1d", lambda m, a, b, c: m.conv1d(a, b, c), "ConvolutionBackward0", (((2, 2, 5), (3, 2, 2), (3,)),)),
    Case(
        "conv1d options",
        lambda m, a, b: m.conv1d(a, b, None, 2, 1, 2, 2),
        "ConvolutionBackward0",
        (((1, 4, 6), (2, 2, 2)),),
    ),
    Case("conv1d alone", lambda m, a, b: m.conv1d(a, b), "SqueezeBackward1", (((2, 5), (3, 2, 2)),)),
    Case(
        "conv2d",
        lambda m, a, b, c: m.conv2d(a, b, c, padding=1),
        "ConvolutionBackward0",
        (((2, 2, 3, 3), (3, 2, 2, 2), (3,)),),
    ),
    Case(
        "conv2d options",
        lambda m, a, b: m.conv2d(a, b, None, (2, 1), (1, 0), (1, 2), 2),
        "ConvolutionBackward0",
        (((1, 2, 3, 4), (2, 1, 2, 2)),),
    ),
    Case(
        "conv2d same",
        lambda m, a, b: m.conv2d(a, b, padding="same"),
        "ConvolutionBackward0",
        (((1, 1, 3, 3), (1, 1, 3, 1)),),
    ),
    Case(
        "conv2d valid",
        lambda m, a, b: m.conv2d(a, b, padding="valid"),
        "ConvolutionBackward0",
        (((1, 1, 3, 3), (1, 1, 3, 2)),),
    ),
    Case("conv3d", lambda m, a, b: m.conv3d(a, b), "ConvolutionBackward0", (((1, 1, 2, 3, 2), (2, 1, 2, 2, 1)),)),
    Case(
        "conv_transpose1d",
        lambda m, a, b, c: m.conv_transpose1d(a, b, c, 2, 1, 1),
        "ConvolutionBackward0",
        (((2, 2, 3), (2, 2, 3), (2,)),),
    ),
    Case(
        "conv_transpose2d",
        lambda m, a, b: m.conv_transpose2d(a, b, None, 2, groups=2),
        "ConvolutionBackward0",
        (((1, 2, 2, 2), (2, 2, 2, 2)),),
    ),
    Case(
        "conv_transpose3d",
        lambda m, a, b, c: m.conv_transpose3d(a, b, c, padding=(0, 1, 0)),
        "ConvolutionBackward0",
        (((1, 1, 2, 2, 1), (1, 2, 1, 2, 2), (2,)),),
    ),
    Case("unfold", lambda m, a: nn(m).unfold(a, 2, padding=1, stride=2), "Im2ColBackward0", BATCH),
    Case("fold", lambda m, a: nn(m).fold(a, (3, 4), 2), "Col2ImBackward0", (((2, 8, 6),),)),
    # pooling
    Case("max_pool2d", lambda m, a: m.max_pool2d(a, 2), "MaxPool2DWithIndicesBackward0", IMAGE),
    Case(
        "max_pool2d options",
        lambda m, a: m.max_pool2d(a, (2, 3), (1, 2), (1, 0), 1, True),
        "MaxPool2DWithIndicesBackward0",
        BATCH,
    ),
    Case(
        "max_pool2d indices",
        lambda m, a: nn(m).max_pool2d(a, 2, 1, return_indices=True)[0],
        "MaxPool2DWithIndicesBackward0",
        BATCH,
    ),
    Case("max_pool3d", lambda m, a: m.max_pool3d(a, 2), "MaxPool3DWithIndicesBackward0", VOLUME),
    Case(
        "max_pool3d options",
        lambda m, a: nn(m).max_pool3d(a, (2, 1, 3), (1, 2, 1), (1, 0, 1), (1, 1, 1), True),
        "MaxPool3DWithIndicesBackward0",
        VOLUME,
    ),
    Case("avg_pool3d", lambda m, a: nn(m).avg_pool3d(a, 2), "AvgPool3DBackward0", VOLUME),
    Case(
        "avg_pool3d options",
        lambda m, a: nn(m).avg_pool3d(a, (2, 1, 2), (1, 2, 1), (1, 0, 1), True, False),
        "AvgPool3DBackward0",
        VOLUME,
    ),
    Case(
        "adaptive_avg_pool3d",
        lambda m, a: nn(m).adaptive_avg_pool3d(a, (2, 3, None)),
        "AdaptiveAvgPool3DBackward0",
        VOLUME,
    ),
    Case("adaptive_avg_pool3d one", lambda m, a: nn(m).adaptive_avg_pool3d(a, 1), "MeanBackward1", VOLUME),
    Case("pixel_shuffle", lambda m, a: m.pixel_shuffle(a, 2), COMPOSED, (((1, 4, 2, 1),), ((8, 1, 2),))),
    Case("pixel_unshuffle", lambda m, a: nn(m).pixel_unshuffle(a, 2), COMPOSED, (((1, 2, 2, 4),), ((1, 2, 2),))),
    Case("channel_shuffle", lambda m, a: m.channel_shuffle(a, 2), COMPOSED, (((2, 4, 1, 2),),)),
    *[
        Case(
            f"embedding_bag {mode}",
            lambda m, a, k=mode: nn(m).embedding_bag(m.tensor([[0, 2, 1], [2, 1, 2]]), a, mode=k),
            COMPOSED,
            (((3, 2),),),
        )
        for mode in ("sum", "mean")
    ],
    Case(
        "embedding_bag max",
        lambda m, a: nn(m).embedding_bag(m.tensor([0, 2, 1, 1]), a, m.tensor([0, 3]), mode="max"),
        COMPOSED,
        (((3, 2),),),
    ),
    Case(
        "embedding_bag weights",
        lambda m, a, b: nn(m).embedding_bag(
            m.tensor([0, 2, 1, 1]), a, m.tensor([0, 0, 3]), mode="sum", per_sample_weights=b, padding_idx=2
        ),
        COMPOSED,
        (((3, 2), (4,)),),
    ),
    Case("max_pool1d", lambda m, a: m.max_pool1d(a, 2), "SqueezeBackward1", SIGNAL),
    Case("avg_pool2d", lambda m, a: nn(m).avg_pool2d(a, 2), "AvgPool2DBackward0", IMAGE),
    Case(
        "avg_pool2d options", lambda m, a: nn(m).avg_pool2d(a, 2, (1, 2), 1, True, False), "AvgPool2DBackward0", BATCH
    ),
    Case("avg_pool2d ceil", lambda m, a: nn(m).avg_pool2d(a, 2, 2, 1, True), "AvgPool2DBackward0", BATCH),
    Case("avg_pool2d beyond", lambda m, a: nn(m).avg_pool2d(a, 3, 3, 0, True), "AvgPool2DBackward0", IMAGE),
    Case("avg_pool2d divisor", lambda m, a: nn(m).avg_pool2d(a, 2, 1, divisor_override=3), "AvgPool2DBackward0", BATCH),
    Case("avg_pool1d", lambda m, a: m.avg_pool1d(a, 2, 1, 1), "SqueezeBackward1", SIGNAL),
    Case("adaptive_avg_pool2d", lambda m, a: nn(m).adaptive_avg_pool2d(a, (2, 3)), "AdaptiveAvgPool2DBackward0", IMAGE),
    Case("adaptive_avg_pool2d one", lambda m, a: nn(m).adaptive_avg_pool2d(a, 1), "MeanBackward1", IMAGE),
    Case("adaptive_avg_pool1d", lambda m, a: m.adaptive_avg_pool1d(a, 2), "SqueezeBackward1", SIGNAL),
    Case(
        "adaptive_max_pool2d", lambda m, a: nn(m).adaptive_max_pool2d(a, (2, None)), "AdaptiveMaxPool2DBackward0", IMAGE
    ),
    Case(
        "adaptive_max_pool3d",
        lambda m, a: nn(m).adaptive_max_pool3d(a, (2, None, 1)),
        "AdaptiveMaxPool3DBackward0",
        VOLUME,
    ),
    *[
        Case(
            f"max_unpool{n}d",
            lambda m, a, n=n: getattr(nn(m), f"max_unpool{n}d")(
                a,
                getattr(nn(m), f"max_pool{n}d")(
                    -a.detach().repeat_interleave(2, -1), (1,) * (n - 1) + (2,), return_indices=True
                )[1],
                (1,) * (n - 1) + (2,),
            ),
            name,
            shapes,
        )
        for n, name, shapes in (
            (1, "SqueezeBackward1", SIGNAL),
            (2, "MaxUnpool2DBackward0", IMAGE),
            (3, "MaxUnpool3DBackward0", VOLUME),
        )
    ],
    *[
        Case(f"lp_pool{n}d", lambda m, a, n=n: getattr(nn(m), f"lp_pool{n}d")(a, 3, 2, 1), "PowBackward0", shapes, P)
        for n, shapes in ((1, SIGNAL), (2, BATCH), (3, VOLUME))
    ],
    Case("adaptive_max_pool1d", lambda m, a: nn(m).adaptive_max_pool1d(a, 2), "SqueezeBackward1", SIGNAL),
    # sizes and borders
    *[
        Case(
            f"interpolate {mode} {k}",
            lambda m, a, mode=mode, s=s, c=c: nn(m).interpolate(a, **s, mode=mode, align_corners=c),
            f"Upsample{name}Backward0",
            shapes,
        )
        for mode, name, shapes, options in (
            ("nearest", "Nearest2D", BATCH, [({"scale_factor": 2}, None), ({"size": (2, 5)}, None)]),
            ("nearest", "Nearest1D", SIGNAL, [({"scale_factor": 1.5}, None)]),
            ("linear", "Linear1D", SIGNAL, [({"size": 7}, True), ({"scale_factor": 2.5}, False)]),
            ("bilinear", "Bilinear2D", BATCH, [({"scale_factor": 2}, False), ({"size": (2, 5)}, True)]),
            ("nearest", "Nearest3D", CUBE, [({"scale_factor": 1.5}, None)]),
            ("nearest-exact", "NearestExact1D", SIGNAL, [({"size": 3}, None), ({"scale_factor": 1.7}, None)]),
            ("nearest-exact", "NearestExact2D", BATCH, [({"size": (5, 3)}, None)]),
            ("nearest-exact", "NearestExact3D", CUBE, [({"size": (3, 2, 5)}, None)]),
            ("trilinear", "Trilinear3D", CUBE, [({"scale_factor": 1.5}, False), ({"size": (1, 2, 5)}, True)]),
            ("bicubic", "Bicubic2D", BATCH, [({"scale_factor": 2.5}, False), ({"size": (2, 5)}, True)]),
            ("bilinear", "Bilinear2DAa", BATCH, [({"size": (2, 2), "antialias": True}, False)]),
            ("bicubic", "Bicubic2DAa", BATCH, [({"size": (5, 2), "antialias": True}, True)]),
        )
        for k, (s, c) in enumerate(options)
    ],
    Case(
        "interpolate area", lambda m, a: nn(m).interpolate(a, (2, 3), mode="area"), "AdaptiveAvgPool2DBackward0", BATCH
    ),
    Case("interpolate area 3", lambda m, a: nn(m).interpolate(a, 2, mode="area"), "AdaptiveAvgPool3DBackward0", CUBE),
    Case(
        "affine_grid", lambda m, a: nn(m).affine_grid(a, (2, 1, 2, 3), False), "AffineGridGeneratorBackward0", THETA[:1]
    ),
    Case("affine_grid deep", lambda m, a: nn(m).affine_grid(a, (1, 1, 2, 3, 2), True), COMPOSED, THETA[1:]),
    *[
        Case(
            f"grid_sample {mode} {padding}",
            lambda m, a, b, k=(mode, padding): nn(m).grid_sample(a, b, *k, align_corners=k[1] == "border"),
            f"GridSampler{axes}DBackward0",
            (shapes,),
        )
        for mode in ("bilinear", "nearest")
        for padding in ("zeros", "border", "reflection")
        for axes, shapes in ((2, ((2, 2, 2, 3), (2, 1, 2, 2))), (3, ((1, 2, 2, 3, 1), (1, 1, 2, 2, 3))))
    ],
    Case("local_response_norm", lambda m, a: nn(m).local_response_norm(a, 2, 0.5), "DivBackward0", SIGNAL),
    Case("local_response_norm 4", lambda m, a: nn(m).local_response_norm(a, 3, 0.5, 0.6, 2.0), COMPOSED, BATCH),
    Case("pad", lambda m, a: nn(m).pad(a, (1, 2), value=3.0), "ConstantPadNdBackward0", VECTOR),
    Case("pad negative", lambda m, a: nn(m).pad(a, (-1, 2, 1, 0)), "ConstantPadNdBackward0", BATCH),
    Case("pad reflect", lambda m, a: nn(m).pad(a, (1, 2, 1, 0), "reflect"), "ReflectionPad2DBackward0", BATCH),
    Case("pad reflect 1", lambda m, a: nn(m).pad(a, (1, 2), "reflect"), "ReflectionPad1DBackward0", SIGNAL),
    Case("pad replicate", lambda m, a: nn(m).pad(a, (1, 2, 0, 1), "replicate"), "ReplicationPad2DBackward0", BATCH),
    Case("pad circular", lambda m, a: nn(m).pad(a, (1, 2), "circular"), COMPOSED, SIGNAL),
    # norms
    Case(
        "layer_norm",
        lambda m, a, b, c: m.layer_norm(a, (3,), b, c),
        "NativeLayerNormBackward0",
        (((2, 3), (3,), (3,)), ((2, 2, 3), (3,), (3,))),
    ),
    Case(
        "layer_norm plain", lambda m, a: m.layer_norm(a, (2, 3)), "NativeLayerNormBackward0", (((2, 3),), ((2, 2, 3),))
    ),
    Case("rms_norm", lambda m, a, b: m.rms_norm(a, (3,), b), "MulBackward0", (((2, 3), (3,)),)),
    Case(
        "batch_norm",
        lambda m, a, b, c: nn(m).batch_norm(a, *stats(m, a), b, c, True),
        "NativeBatchNormBackward0",
        NORMS,
    ),
    Case(
        "batch_norm eval", lambda m, a, b, c: nn(m).batch_norm(a, *stats(m, a), b, c), "NativeBatchNormBackward0", NORMS
    ),
    Case(
        "batch_norm plain",
        lambda m, a: nn(m).batch_norm(a, None, None, training=True),
        "NativeBatchNormBackward0",
        SIGNAL,
    ),
    Case("group_norm", lambda m, a, b, c: nn(m).group_norm(a, 2, b, c), "NativeGroupNormBackward0", NORMS),
    Case("group_norm plain", lambda m, a: nn(m).group_norm(a, 3), "NativeGroupNormBackward0", SIGNAL),
    Case(
        "instance_norm",
        lambda m, a, b, c: nn(m).instance_norm(a, weight=b, bias=c),
        "ViewBackward0",
        NORMS[:1] + NORMS[2:],
    ),
    # layers
    Case("embedding", lambda m, a: nn(m).embedding(m.tensor([[0, 2], [2, 1]]), a), "EmbeddingBackward0", (((3, 2),),)),
    Case("linear", lambda m, a, b, c: nn(m).linear(a, b, c), "AddmmBackward0", (((2, 3), (4, 3), (4,)),)),
    Case(
        "linear rows",
        lambda m, a, b, c: nn(m).linear(a, b, c),
        "ViewBackward0",
        (((3,), (4, 3), (4,)), ((2, 2, 3), (4, 3), (4,))),
    ),
    Case("linear plain", lambda m, a, b: nn(m).linear(a, b), "UnsafeViewBackward0", (((2, 2, 3), (4, 3)),)),
    Case("bilinear", lambda m, a, b, c, d: m.bilinear(a, b, c, d), COMPOSED, (((2, 3), (2, 2), (4, 3, 2), (4,)),)),
    Case(
        "attention",
        lambda m, a, b, c: nn(m).scaled_dot_product_attention(a, b, c),
        COMPOSED,
        (((2, 3), (4, 3), (4, 2)), ((2, 2, 3), (2, 4, 3), (2, 4, 2))),
    ),
    Case(
        "attention causal",
        lambda m, a, b, c: nn(m).scaled_dot_product_attention(a, b, c, is_causal=True),
        COMPOSED,
        (((2, 3, 3), (2, 3, 3), (2, 3, 2)),),
    ),
]
