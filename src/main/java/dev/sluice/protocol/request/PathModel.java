package dev.sluice.protocol.request;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.Surface;

/**
 * What the path of a request names where the format has it there and not in the body (Gemini):
 * {@code models/{model}:streamGenerateContent}.
 *
 * @param surface the requested operation
 * @param model valid by {@link ModelName}
 */
public record PathModel(Surface surface, String model, boolean stream) {

    private static final String MODELS = "models/";

    /**
     * Reads the path after the version. {@code models/} may be missing: the AI SDK leaves it out before a model whose
     * name has a slash.
     *
     * @param path decoded, without the slash at its beginning
     * @throws GatewayException NOT_FOUND when the operation is unknown, INVALID_REQUEST for an invalid name
     */
    public static PathModel of(String path) {
        int colon = path.lastIndexOf(':');
        String operation = colon < 0 ? "" : path.substring(colon + 1);
        Surface surface = switch (operation) {
            case "generateContent", "streamGenerateContent" -> Surface.GENERATE;
            case "countTokens" -> Surface.GENERATE_COUNT;
            default ->
                throw new GatewayException(GatewayError.of(
                        Kind.NOT_FOUND,
                        "no such operation of a model (expected: models/{model}:generateContent,"
                                + " :streamGenerateContent or :countTokens)"));
        };
        String model = withoutPrefix(path.substring(0, colon));
        if (!ModelName.isValid(model)) {
            throw new GatewayException(GatewayError.invalid(
                    "Invalid model in the path: expected 1 to " + ModelName.MAX_LENGTH
                            + " characters, each a letter, a digit or one of . _ : / @ -",
                    "model",
                    "invalid_value"));
        }
        return new PathModel(surface, model, operation.startsWith("stream"));
    }

    /** A model's name without the {@code models/} of its resource name. */
    public static String withoutPrefix(String name) {
        return name.startsWith(MODELS) ? name.substring(MODELS.length()) : name;
    }
}
