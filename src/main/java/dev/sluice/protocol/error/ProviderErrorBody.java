package dev.sluice.protocol.error;

import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonTree;
import dev.sluice.protocol.json.MalformedJson;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A provider's error body in any known shape: OpenAI's envelope and its variants, xAI's three shapes, Mistral's
 * {@code detail}, google.rpc.Status, an HTML page.
 *
 * @param hasError whether the body has an error
 * @param status the HTTP status in the body's {@code code} or {@code status}, or 0
 * @param message the cleaned error message, or null
 * @param param the invalid request field, or null
 * @param code the machine-readable code, or null; never an HTTP status
 * @param codes all codes and types of the body in lower case, each between spaces
 * @param flagged whether a moderation rejected the prompt
 * @param retryMillis the requested delay before a retry in milliseconds, or -1
 */
public record ProviderErrorBody(
        boolean hasError,
        int status,
        String message,
        String param,
        String code,
        String codes,
        boolean flagged,
        long retryMillis) {

    /** Bytes. The message of a longer body is not read. */
    private static final int MAX_BODY = 256 * 1024;

    private static final String QUOTATION_MARKS = "'\"`\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e\u2039\u203a";

    private static final Map<String, Integer> STATUS_BY_NAME = Map.of(
            "resource_exhausted", 429,
            "unavailable", 503,
            "internal", 500,
            "deadline_exceeded", 504,
            "unauthenticated", 401,
            "permission_denied", 403,
            "not_found", 404,
            "invalid_argument", 400,
            "failed_precondition", 400);

    public static ProviderErrorBody read(ByteSlice body) {
        if (body.length() > MAX_BODY) {
            return ofText(null);
        }
        try {
            return of(JsonTree.read(body));
        } catch (MalformedJson notJson) {
            String text = body.toText().strip();
            return ofText(text.startsWith("<") ? null : text);
        }
    }

    /** Whether one of the body's codes or types is among these. */
    boolean hasCode(String... any) {
        for (String code : any) {
            if (codes.contains(" " + code + " ")) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of Gemini's daily quotas is exhausted, which no retry within the request can help. */
    boolean dailyQuotaExhausted() {
        return codes.contains("perday");
    }

    /**
     * Whether an exhausted quota is that of all models. Gemini names its quotas by their dimensions, such as
     * {@code GenerateRequestsPerDayPerProjectPerModel-FreeTier}.
     */
    boolean quotaOfAllModels() {
        for (String word : codes.split(" ")) {
            if ((word.contains("perday") || word.contains("perminute")) && !word.contains("model")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the message may have words of the request in it: it has a quotation, or names a value as pydantic does.
     * An apostrophe between two letters is no quotation mark.
     */
    boolean mayQuoteRequest() {
        for (int i = 0; message != null && i < message.length(); i++) {
            char c = message.charAt(i);
            boolean apostrophe = (c == '\'' || c == '\u2019')
                    && i > 0
                    && i + 1 < message.length()
                    && Character.isLetter(message.charAt(i - 1))
                    && Character.isLetter(message.charAt(i + 1));
            if (QUOTATION_MARKS.indexOf(c) >= 0 && !apostrophe) {
                return true;
            }
        }
        return messageContains("input:", "input=", "input_value", "input tag", "value:", "got:", "received:");
    }

    /** Whether the message contains one of these phrases, ignoring case. */
    boolean messageContains(String... any) {
        String lower = message == null ? "" : message.toLowerCase(Locale.ROOT);
        for (String phrase : any) {
            if (lower.contains(phrase)) {
                return true;
            }
        }
        return false;
    }

    private static ProviderErrorBody ofText(String text) {
        return new ProviderErrorBody(false, 0, ErrorMessageText.clean(text), null, null, "", false, -1);
    }

    private static ProviderErrorBody of(Object document) {
        Object error = errorIn(document);
        Object metadata = JsonTree.at(error, "metadata");
        String code = firstText(
                JsonTree.text(error, "code"),
                JsonTree.text(document, "code"),
                JsonTree.text(error, "details", "error_code"));
        int status = statusOf(code);
        String type = JsonTree.text(error, "type");
        String statusName = JsonTree.text(error, "status");
        String errorType = JsonTree.text(metadata, "error_type");
        String allCodes = " "
                + String.join(
                        " ",
                        List.of(
                                lowerCase(code),
                                lowerCase(type),
                                lowerCase(statusName),
                                lowerCase(errorType),
                                lowerCase(JsonTree.text(error, "innererror", "code")),
                                lowerCase(detail(error, "ErrorInfo", "reason")),
                                lowerCase(quotas(error))))
                + " ";
        if (status == 0) {
            status = STATUS_BY_NAME.getOrDefault(lowerCase(statusName), statusOf(statusName));
        }
        return new ProviderErrorBody(
                error != null,
                status,
                ErrorMessageText.clean(messageIn(document, error)),
                ErrorMessageText.clean(firstText(JsonTree.text(error, "param"), location(error), location(document))),
                statusOf(code) == 0
                        ? ErrorMessageText.clean(firstText(code, errorType))
                        : ErrorMessageText.clean(errorType),
                allCodes,
                JsonTree.at(metadata, "flagged_input") != null || JsonTree.at(metadata, "reasons") != null,
                RetryDelayText.millis(detail(error, "RetryInfo", "retryDelay")));
    }

    private static Object errorIn(Object document) {
        for (Object candidate : new Object[] {
            JsonTree.at(document, "error"),
            JsonTree.at(document, "x_groq", "error"),
            JsonTree.at(document, "choices", "error"),
            "error".equals(JsonTree.text(document, "object")) ? JsonTree.at(document) : null
        }) {
            if (candidate instanceof Map || candidate instanceof String text && !Json.isPlaceholder(text)) {
                return candidate;
            }
        }
        return null;
    }

    private static String messageIn(Object document, Object error) {
        return firstText(
                JsonTree.text(error),
                JsonTree.text(error, "message"),
                JsonTree.text(error, "message", "detail", "msg"),
                JsonTree.text(document, "message"),
                JsonTree.text(document, "message", "detail", "msg"),
                JsonTree.text(document, "detail"),
                JsonTree.text(document, "detail", "msg"),
                JsonTree.text(error, "detail"));
    }

    /** FastAPI's {@code loc}, as Mistral and vLLM send it: {@code ["body","messages",0,"role"]}. */
    private static String location(Object holder) {
        Object message = JsonTree.at(holder, "message");
        Object detail = JsonTree.at(message instanceof Map ? message : holder, "detail");
        if (!(detail instanceof Map<?, ?> map) || !(map.get("loc") instanceof List<?> loc)) {
            return null;
        }
        StringBuilder path = new StringBuilder();
        for (Object step : loc) {
            if (step instanceof String name && !(path.isEmpty() && name.equals("body"))) {
                path.append(path.isEmpty() ? "" : ".").append(name);
            }
        }
        return path.isEmpty() ? null : path.toString();
    }

    /** A value in the typed {@code details} of google.rpc.Status. */
    private static String detail(Object error, String type, String... path) {
        if (error instanceof Map<?, ?> map && map.get("details") instanceof List<?> details) {
            for (Object detail : details) {
                String declared = JsonTree.text(detail, "@type");
                if (declared != null && declared.endsWith(type)) {
                    return JsonTree.text(detail, path);
                }
            }
        }
        return null;
    }

    /** The ids of all exhausted quotas, separated by spaces. Gemini lists those per minute before those per day. */
    private static String quotas(Object error) {
        StringBuilder ids = new StringBuilder();
        if (error instanceof Map<?, ?> map && map.get("details") instanceof List<?> details) {
            for (Object detail : details) {
                if (detail instanceof Map<?, ?> failure && failure.get("violations") instanceof List<?> violations) {
                    violations.forEach(violation -> ids.append(lowerCase(JsonTree.text(violation, "quotaId")))
                            .append(' '));
                }
            }
        }
        return ids.toString().strip();
    }

    private static int statusOf(String code) {
        return code != null && code.matches("[45]\\d\\d") ? Integer.parseInt(code) : 0;
    }

    private static String lowerCase(String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    private static String firstText(String... texts) {
        for (String text : texts) {
            if (text != null) {
                return text;
            }
        }
        return null;
    }
}
