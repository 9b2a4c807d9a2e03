"""Words of the hub's model cards, and what they are called here."""

from __future__ import annotations

# Pipelines of the hub: what goes in or out besides text.
TEXT_PIPELINES = {
    "conversational", "feature-extraction", "fill-mask", "question-answering", "sentence-similarity", "summarization",
    "table-question-answering", "text-classification", "text-generation", "text-ranking", "text2text-generation",
    "token-classification", "translation", "zero-shot-classification",
}  # fmt: skip
OTHER_PIPELINES = {
    "any-to-any": "text; image; audio",
    "audio-classification": "audio",
    "audio-text-to-text": "audio; text",
    "audio-to-audio": "audio",
    "automatic-speech-recognition": "audio; text",
    "depth-estimation": "image",
    "document-question-answering": "image; text",
    "image-classification": "image",
    "image-feature-extraction": "image",
    "image-segmentation": "image",
    "image-text-to-text": "image; text",
    "image-to-image": "image",
    "image-to-text": "image; text",
    "image-to-video": "image; video",
    "mask-generation": "image",
    "object-detection": "image",
    "text-to-audio": "text; audio",
    "text-to-image": "text; image",
    "text-to-speech": "text; audio",
    "text-to-video": "text; video",
    "unconditional-image-generation": "image",
    "video-classification": "video",
    "video-text-to-text": "video; text",
    "visual-question-answering": "image; text",
    "voice-activity-detection": "audio",
    "zero-shot-image-classification": "image; text",
    "zero-shot-object-detection": "image; text",
}
PIPELINES = TEXT_PIPELINES | set(OTHER_PIPELINES)

# ``base_model_relation`` of the hub, and relations by our own keys.
RELATIONS = {"finetune": "finetune", "adapter": "adapter", "quantized": "quantized", "merge": "merge"}
ADAPTER_TAGS = {"adapter", "adapter-transformers", "lora", "peft", "qlora"}
QUANTIZED_TAGS = {
    "4-bit", "8-bit", "aqlm", "awq", "bitsandbytes", "exl2", "fp8", "ggml", "gguf", "gptq", "int4", "int8", "quantized",
}  # fmt: skip
MERGE_TAGS = {"merge", "mergekit", "merged", "model-merge"}
STAGE_OF_RELATION = {
    "adapter": "adapter", "distillation": "distilled", "finetune": "finetuned", "instruction-tune": "instruction-tuned",
    "merge": "merged", "quantized": "quantized", "rlhf": "rlhf",
}  # fmt: skip
STAGE_TAGS = {
    "base-model": "base", "dpo": "rlhf", "instruct": "instruction-tuned", "instruction-tuned": "instruction-tuned",
    "instruction-tuning": "instruction-tuned", "ppo": "rlhf", "rlhf": "rlhf",
}  # fmt: skip
# Relations of ours that the hub has no word for are its most general one in a card's ``base_model_relation``.
HUB_RELATION = {"adapter": "adapter", "merge": "merge", "quantized": "quantized"}

# Keys that stand in the metadata of data set cards and in no model card.
DATASET_KEYS = {
    "annotations_creators", "configs", "dataset_info", "language_creators", "multilinguality", "paperswithcode_id",
    "pretty_name", "size_categories", "source_datasets", "task_categories", "task_ids",
}  # fmt: skip
MODEL_KEYS = {"base_model", "library_name", "model-index", "model_name", "pipeline_tag", "widget", "inference"}
SPACE_KEYS = {"sdk", "app_file", "colorFrom", "colorTo"}

PARAMETER_KEYS = ("parameters", "params", "model_size", "num_parameters", "n_parameters", "parameter_count")
ACTIVE_KEYS = ("active_parameters", "activated_parameters")
TOKEN_KEYS = ("training_tokens", "tokens", "num_tokens", "trained_tokens")
LAYER_KEYS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers", "layers")
