package dev.sluice.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.conformance.ApiDescription.Objects;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The providers' descriptions of their APIs, and recorded requests of clients. They are not part of this repository:
 * the environment variable {@code SLUICE_JUDGES} names a folder with {@code spec} and {@code captures}.
 */
final class Judges {

    static final String OPENAI = "openai/openapi.json";
    static final String GEMINI = "gemini/tryagi-gemini-v1beta-openapi.json";
    static final String GEMINI_NATIVE = "gemini/gemini-native.openapi.json";
    static final String OPENAI_SDK = "openai/sdk-types-7.59.0.schema.json";
    static final String ANTHROPIC = "anthropic/tryagi-anthropic-openapi.json";
    static final String ANTHROPIC_SDK = "anthropic/sdk-types-0.137.0.schema.json";
    private static final String ANTHROPIC_SDK_2 = "anthropic/sdk-types-1.14.0.schema.json";
    private static final String ANTHROPIC_VERSION_2 = "2026-10-21";
    private static final String OPEN_RESPONSES = "openresponses/openapi-2026-04-24.json";
    private static final String OPEN_RESPONSES_EVENTS =
            "#/paths/~1responses/post/responses/200/content/text~1event-stream/schema";
    static final String AZURE = "azure/AIFoundryOpenAIV1.json";
    private static final String COHERE_CHAT = "#/paths/~1v2~1chat/post/requestBody/content/application~1json/schema";

    /** Google's description has only the status; cloud.google.com/apis/design/errors has the whole. */
    private static final ApiSchema GOOGLE_ERROR = googleError();

    private final Path folder;
    private final Map<String, ApiDescription> descriptions = new HashMap<>();
    private final Map<String, ApiSchema> schemas = new ConcurrentHashMap<>();

    private Judges(Path folder) {
        this.folder = folder;
    }

    /** Empty if this machine has no descriptions. */
    static Optional<Judges> found() {
        return Optional.ofNullable(System.getenv("SLUICE_JUDGES"))
                .filter(name -> !name.isBlank())
                .map(name -> new Judges(Path.of(name)));
    }

    Path captures() {
        return folder.resolve("captures");
    }

    /**
     * @param type of the provider
     * @param format protocol of the request
     * @param version Anthropic's, or null
     * @param betas whether the request asks for features in beta
     */
    List<ApiSchema> ofRequest(String type, String format, String version, boolean betas) {
        return switch (format) {
            case "openai-chat" ->
                switch (type) {
                    case "openai" -> List.of(sdk(OPENAI_SDK, "ChatCompletionCreateParams"), chat());
                    case "azure_openai" ->
                        List.of(
                                sdk(OPENAI_SDK, "ChatCompletionCreateParams"),
                                schema(AZURE, Objects.OPEN, "AzureCreateChatCompletionRequest"));
                    case "mistral" ->
                        List.of(schema(
                                "mistral/openapi-public-doc.yaml", Objects.AS_DESCRIBED, "ChatCompletionRequest"));
                    case "grok" -> List.of(schema("xai/spec.json", Objects.CLOSED, "ChatRequest"));
                    case "openrouter" -> List.of(schema("openrouter/in.openapi.yaml", Objects.CLOSED, "ChatRequest"));
                    case "groq" ->
                        List.of(schema("groq/openapi.yaml", Objects.AS_DESCRIBED, "CreateChatCompletionRequest"));
                    case "vllm" ->
                        List.of(schema("vllm/vllm_0.16.0_openapi.json", Objects.AS_DESCRIBED, "ChatCompletionRequest"));
                    default -> List.of(sdk(OPENAI_SDK, "ChatCompletionCreateParams"), chat());
                };
            case "openai-responses" ->
                switch (type) {
                    case "azure_openai" ->
                        List.of(
                                sdk(OPENAI_SDK, "ResponseCreateParams"),
                                schema(AZURE, Objects.OPEN, "AzureCreateResponse"));
                    case "grok" -> List.of(schema("xai/spec.json", Objects.CLOSED, "ModelRequest"));
                    case "openrouter" ->
                        List.of(schema("openrouter/in.openapi.yaml", Objects.CLOSED, "ResponsesRequest"));
                    case "groq" -> List.of(schema("groq/openapi.yaml", Objects.AS_DESCRIBED, "CreateResponseRequest"));
                    case "vllm" ->
                        List.of(schema("vllm/vllm_0.16.0_openapi.json", Objects.AS_DESCRIBED, "ResponsesRequest"));
                    default ->
                        List.of(
                                sdk(OPENAI_SDK, "ResponseCreateParams"),
                                schema(OPENAI, Objects.OPEN, "CreateResponse"));
                };
            case "anthropic-messages" ->
                ANTHROPIC_VERSION_2.equals(version)
                        ? List.of(sdk(ANTHROPIC_SDK_2, betas ? "BetaMessageCreateParams" : "MessageCreateParams"))
                        : List.of(
                                sdk(ANTHROPIC_SDK, betas ? "BetaMessageCreateParams" : "MessageCreateParams"),
                                schema(
                                        ANTHROPIC,
                                        Objects.OPEN,
                                        betas ? "BetaCreateMessageParams" : "CreateMessageParams"));
            case "gemini" ->
                List.of(
                        schema(GEMINI_NATIVE, Objects.AS_DESCRIBED, "GenerateContentRequest"),
                        schema(GEMINI, Objects.CLOSED, "GenerateContentRequest"));
            case "cohere-v2" -> List.of(at("cohere/cohere-openapi.yaml", Objects.CLOSED, COHERE_CHAT));
            case "perplexity-agent" -> List.of(sdk("perplexity/sdk-types-0.38.5.schema.json", "AgentResponsesRequest"));
            default -> throw new IllegalArgumentException(format);
        };
    }

    /** @param format protocol of the client */
    List<ApiSchema> ofResponse(String format) {
        return switch (format) {
            case "openai-chat" ->
                List.of(
                        sdk(OPENAI_SDK, "ChatCompletionResponse"),
                        schema(OPENAI, Objects.OPEN, "CreateChatCompletionResponse"));
            case "openai-completions" ->
                List.of(
                        sdk(OPENAI_SDK, "CompletionResponse"),
                        schema(OPENAI, Objects.OPEN, "CreateCompletionResponse"));
            case "openai-responses" ->
                List.of(
                        sdk(OPENAI_SDK, "ResponseObject"),
                        schema(OPENAI, Objects.OPEN, "Response"),
                        schema(OPEN_RESPONSES, Objects.OPEN, "ResponseResource"));
            case "anthropic-messages" ->
                List.of(sdk(ANTHROPIC_SDK, "MessageResponse"), schema(ANTHROPIC, Objects.OPEN, "Message"));
            case "gemini" ->
                List.of(
                        schema(GEMINI, Objects.CLOSED, "GenerateContentResponse"),
                        schema(GEMINI_NATIVE, Objects.OPEN, "GenerateContentResponse"));
            default -> throw new IllegalArgumentException(format);
        };
    }

    /** @param format protocol of the client */
    List<ApiSchema> ofEvent(String format) {
        return switch (format) {
            case "openai-chat" ->
                List.of(
                        sdk(OPENAI_SDK, "ChatCompletionStreamChunk"),
                        schema(OPENAI, Objects.OPEN, "CreateChatCompletionStreamResponse"));
            case "openai-completions" ->
                List.of(
                        sdk(OPENAI_SDK, "CompletionResponse"),
                        schema(OPENAI, Objects.OPEN, "CreateCompletionResponse"));
            case "openai-responses" ->
                List.of(
                        sdk(OPENAI_SDK, "ResponseStreamEvents"),
                        schema(OPENAI, Objects.OPEN, "ResponseStreamEvent"),
                        at(OPEN_RESPONSES, Objects.OPEN, OPEN_RESPONSES_EVENTS));
            case "anthropic-messages" ->
                List.of(
                        sdk(ANTHROPIC_SDK, "MessageStreamEvent"),
                        schema(ANTHROPIC, Objects.OPEN, "MessageStreamEvent"));
            case "gemini" ->
                List.of(
                        schema(GEMINI, Objects.CLOSED, "GenerateContentResponse"),
                        schema(GEMINI_NATIVE, Objects.OPEN, "GenerateContentResponse"));
            default -> throw new IllegalArgumentException(format);
        };
    }

    List<ApiSchema> ofSocketEvent() {
        return List.of(schema(OPENAI, Objects.OPEN, "ResponsesWebSocketStreamEvent"));
    }

    List<ApiSchema> ofSocketError() {
        return List.of(
                schema(OPENAI, Objects.OPEN, "ResponseWsError"),
                schema(OPEN_RESPONSES, Objects.OPEN, "WebSocketErrorEvent"));
    }

    /** @param format protocol of the client */
    List<ApiSchema> ofError(String format) {
        if (format.equals("gemini")) {
            return List.of(GOOGLE_ERROR);
        }
        return format.equals("anthropic-messages")
                ? List.of(sdk(ANTHROPIC_SDK, "ErrorResponse"), schema(ANTHROPIC, Objects.OPEN, "ErrorResponse"))
                : List.of(schema(OPENAI, Objects.OPEN, "ErrorResponse"));
    }

    private ApiSchema chat() {
        return schema(OPENAI, Objects.OPEN, "CreateChatCompletionRequest");
    }

    ApiSchema sdk(String file, String type) {
        return at(file, Objects.AS_DESCRIBED, "#/$defs/W_" + type);
    }

    ApiSchema schema(String file, Objects objects, String name) {
        return at(file, objects, "#/components/schemas/" + name);
    }

    ApiSchema at(String file, Objects objects, String pointer) {
        Supplier<ApiDescription> read = () -> ApiDescription.read(folder.resolve("spec/" + file), objects);
        return schemas.computeIfAbsent(file + objects + pointer, key -> {
            synchronized (descriptions) {
                return descriptions
                        .computeIfAbsent(file + objects, any -> read.get())
                        .schema(file.replaceFirst("/.*", "") + " " + pointer.replaceAll(".*/", ""), pointer);
            }
        });
    }

    private static ApiSchema googleError() {
        String schema = """
            {"type": "object", "required": ["error"], "additionalProperties": false, "properties": {"error": {
              "type": "object", "required": ["code", "message", "status"], "additionalProperties": false, "properties": {
                "code": {"type": "integer", "minimum": 400, "maximum": 599},
                "message": {"type": "string", "minLength": 1},
                "status": {"enum": ["CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
                  "ALREADY_EXISTS", "PERMISSION_DENIED", "UNAUTHENTICATED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
                  "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"]},
                "details": {"type": "array", "items": {"type": "object", "required": ["@type"]}}}}}}
            """;
        try {
            return new ApiSchema("google.rpc.Status", ApiDescription.JSON.readTree(schema));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
