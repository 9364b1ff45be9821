package dev.sluice.conformance;

import dev.sluice.conformance.ApiDescription.Objects;
import dev.sluice.model.Surface;
import java.util.List;

/** The descriptions of operations that are no conversations: token counts, embeddings, images, audio, video. */
final class OperationJudges {

    private static final String COHERE = "cohere/cohere-openapi.yaml";
    private static final String GROQ = "groq/openapi.yaml";
    private static final String MISTRAL = "mistral/openapi-public-doc.yaml";
    private static final String OPENROUTER = "openrouter/in.openapi.yaml";
    private static final String XAI = "xai/spec.json";

    private final Judges judges;

    OperationJudges(Judges judges) {
        this.judges = judges;
    }

    /**
     * @param type of the provider
     * @param betas whether a request of Anthropic's asks for features in beta
     * @return empty where the provider has no description of the operation
     */
    List<ApiSchema> ofRequest(Surface surface, String type, boolean betas) {
        return switch (surface) {
            case COUNT_TOKENS ->
                betas
                        ? List.of(open(Judges.ANTHROPIC, "BetaCountMessageTokensParams"))
                        : List.of(
                                judges.sdk(Judges.ANTHROPIC_SDK, "CountTokensParams"),
                                open(Judges.ANTHROPIC, "CountMessageTokensParams"));
            case INPUT_TOKENS ->
                List.of(
                        judges.sdk(Judges.OPENAI_SDK, "ResponseInputTokenCountParams"),
                        open(Judges.OPENAI, "TokenCountsBody"));
            case GENERATE_COUNT ->
                List.of(
                        closed(Judges.GEMINI, "CountTokensRequest"),
                        described(Judges.GEMINI_NATIVE, "CountTokensRequest"));
            case EMBEDDINGS -> embeddings(type);
            case RERANK ->
                switch (type) {
                    case "cohere" -> List.of(body(COHERE, "/v2/rerank", "application/json"));
                    case "openrouter" -> List.of(body(OPENROUTER, "/rerank", "application/json"));
                    default -> List.of();
                };
            case MODERATIONS ->
                type.equals("mistral")
                        ? List.of(described(MISTRAL, "ClassificationRequest"))
                        : openai("ModerationCreateParams", "CreateModerationRequest");
            case IMAGES ->
                switch (type) {
                    case "grok" -> List.of(closed(XAI, "GenerateImageRequest"));
                    case "openrouter" -> List.of(closed(OPENROUTER, "ImageGenerationRequest"));
                    case "openai", "azure_openai" -> openai("ImageGenerateParams", "CreateImageRequest");
                    default -> List.of();
                };
            case IMAGE_EDITS ->
                List.of(
                        type.equals("grok")
                                ? closed(XAI, "EditImageRequest")
                                : closed(Judges.OPENAI, "EditImageBodyJsonParam"));
            case SPEECH ->
                switch (type) {
                    case "groq" -> List.of(described(GROQ, "CreateSpeechRequest"));
                    case "openrouter" -> List.of(closed(OPENROUTER, "SpeechRequest"));
                    default -> openai("SpeechCreateParams", "CreateSpeechRequest");
                };
            case TRANSCRIPTIONS ->
                switch (type) {
                    case "groq" -> List.of(described(GROQ, "CreateTranscriptionRequest"));
                    case "mistral" -> List.of(described(MISTRAL, "AudioTranscriptionRequest"));
                    case "openrouter" -> List.of(body(OPENROUTER, "/audio/transcriptions", "multipart/form-data"));
                    case "openai", "azure_openai" -> List.of(closed(Judges.OPENAI, "CreateTranscriptionRequest"));
                    default -> List.of();
                };
            case VIDEOS ->
                switch (type) {
                    case "grok" -> List.of(closed(XAI, "GenerateVideoRequest"));
                    case "openrouter" -> List.of(closed(OPENROUTER, "VideoGenerationRequest"));
                    default -> List.of();
                };
            default -> throw new IllegalArgumentException(surface.label());
        };
    }

    /** Of the client's API, which is OpenAI's for all but counts and rerank. */
    List<ApiSchema> ofResponse(Surface surface) {
        return switch (surface) {
            case COUNT_TOKENS ->
                List.of(
                        judges.sdk(Judges.ANTHROPIC_SDK, "CountTokensResponse"),
                        open(Judges.ANTHROPIC, "CountMessageTokensResponse"));
            case INPUT_TOKENS -> List.of(closed(Judges.OPENAI, "TokenCountsResource"));
            case GENERATE_COUNT ->
                List.of(
                        closed(Judges.GEMINI, "CountTokensResponse"),
                        described(Judges.GEMINI_NATIVE, "CountTokensResponse"));
            case EMBEDDINGS -> openai("EmbeddingResponse", "CreateEmbeddingResponse");
            case RERANK ->
                List.of(judges.at(
                        COHERE,
                        Objects.CLOSED,
                        "#/paths/~1v2~1rerank/post/responses/200/content/application~1json/schema"));
            case MODERATIONS -> openai("ModerationResponse", "CreateModerationResponse");
            case IMAGES, IMAGE_EDITS -> openai("ImagesResponse", "ImagesResponse");
            case VIDEOS, VIDEO -> openai("VideoObject", "VideoResource");
            default -> List.of();
        };
    }

    /** @param format of the client: {@code openai}, {@code anthropic-messages} or {@code gemini} */
    List<ApiSchema> ofModelList(String format) {
        return switch (format) {
            case "gemini" ->
                List.of(
                        closed(Judges.GEMINI, "ListModelsResponse"),
                        described(Judges.GEMINI_NATIVE, "ListModelsResponse"));
            case "anthropic-messages" -> List.of(open(Judges.ANTHROPIC, "ListResponse_ModelInfo_"));
            default -> List.of(open(Judges.OPENAI, "ListModelsResponse"));
        };
    }

    /** @param format as in {@link #ofModelList} */
    List<ApiSchema> ofModel(String format) {
        return switch (format) {
            case "gemini" -> List.of(closed(Judges.GEMINI, "Model"), described(Judges.GEMINI_NATIVE, "Model"));
            case "anthropic-messages" ->
                List.of(judges.sdk(Judges.ANTHROPIC_SDK, "ModelInfo"), open(Judges.ANTHROPIC, "ModelInfo"));
            default -> List.of(open(Judges.OPENAI, "Model"));
        };
    }

    private List<ApiSchema> embeddings(String type) {
        return switch (type) {
            case "azure_openai" -> List.of(open(Judges.AZURE, "AzureCreateEmbeddingRequest"));
            case "mistral" -> List.of(described(MISTRAL, "EmbeddingRequest"));
            case "groq" -> List.of(described(GROQ, "CreateEmbeddingRequest"));
            case "cohere" -> List.of(body(COHERE, "/v2/embed", "application/json"));
            case "openrouter" -> List.of(body(OPENROUTER, "/embeddings", "application/json"));
            case "perplexity" -> List.of(judges.sdk("perplexity/sdk-types-0.38.5.schema.json", "EmbeddingsRequest"));
            case "gemini" ->
                List.of(
                        closed(Judges.GEMINI, "BatchEmbedContentsRequest"),
                        described(Judges.GEMINI_NATIVE, "BatchEmbedContentsRequest"));
            default -> openai("EmbeddingCreateParams", "CreateEmbeddingRequest");
        };
    }

    private List<ApiSchema> openai(String type, String schema) {
        return List.of(judges.sdk(Judges.OPENAI_SDK, type), open(Judges.OPENAI, schema));
    }

    private ApiSchema body(String file, String path, String media) {
        return judges.at(
                file,
                Objects.CLOSED,
                "#/paths/" + escaped(path) + "/post/requestBody/content/" + escaped(media) + "/schema");
    }

    private ApiSchema open(String file, String name) {
        return judges.schema(file, Objects.OPEN, name);
    }

    private ApiSchema closed(String file, String name) {
        return judges.schema(file, Objects.CLOSED, name);
    }

    private ApiSchema described(String file, String name) {
        return judges.schema(file, Objects.AS_DESCRIBED, name);
    }

    private static String escaped(String segment) {
        return segment.replace("/", "~1");
    }
}
