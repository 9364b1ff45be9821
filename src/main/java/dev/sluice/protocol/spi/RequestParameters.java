package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Sha256;
import dev.sluice.model.chat.ChatParameter;
import dev.sluice.model.chat.ChatRequest;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.MeaningfulParameters;
import dev.sluice.protocol.request.RequestErrors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a request while it is encoded. An encoder consumes those that its format can express;
 * {@link #dropRest} records the others as dropped, so that none is lost silently.
 */
public final class RequestParameters {

    /** The parameters of OpenAI's formats that identify a user or a conversation. */
    public static final List<String> OPENAI_IDENTIFIERS =
            List.of(ChatParameter.USER, ChatParameter.SAFETY_IDENTIFIER, ChatParameter.PROMPT_CACHE_KEY);

    /** The longest of them in characters. Source: {@code maxLength} in OpenAI's description of its API. */
    public static final int OPENAI_IDENTIFIER_LENGTH = 64;

    private final Map<String, ChatParameter> remaining;
    private final DroppedParameters dropped;

    public RequestParameters(ChatRequest request, DroppedParameters dropped) {
        this(request.params(), dropped);
    }

    /** The parameters of a request that is no conversation. */
    public RequestParameters(Map<String, ChatParameter> params, DroppedParameters dropped) {
        this.remaining = new LinkedHashMap<>(params);
        this.dropped = dropped;
    }

    /** Removes and returns a value; null when the client did not send it. */
    public JsonNode consume(String name) {
        ChatParameter param = remaining.remove(name);
        return param == null ? null : param.value();
    }

    /** Removes and returns a number; null when the client did not send it. */
    public JsonNode consumeNumber(String name) {
        ChatParameter param = remaining.remove(name);
        return param == null ? null : number(param);
    }

    /**
     * Removes and returns a number; one outside the range becomes the nearest bound and is recorded as adjusted. Null
     * when the client did not send it.
     */
    public JsonNode consumeNumber(String name, double min, double max) {
        ChatParameter param = remaining.remove(name);
        if (param == null) {
            return null;
        }
        double value = number(param).doubleValue();
        if (value >= min && value <= max) {
            return param.value();
        }
        JsonNode clamped = Json.number(value < min ? min : max);
        dropped.adjusted(param.clientName(), clamped.asText());
        return clamped;
    }

    /** Removes and returns a whole number, at least 0; -1 when the client did not send it. */
    public long consumeCount(String name) {
        ChatParameter param = remaining.remove(name);
        if (param == null) {
            return -1;
        }
        if (!number(param).canConvertToLong() || param.value().longValue() < 0) {
            throw RequestErrors.wrongType(param.clientName(), "a whole number, at least 0");
        }
        return param.value().longValue();
    }

    /**
     * Removes and returns the most tokens of a completion; -1 when the client did not send it. A limit above that of
     * the model is lowered and recorded as adjusted.
     *
     * @param modelLimit the most tokens that the model can complete; 0 when not known
     */
    public long consumeCompletionLimit(long modelLimit) {
        String name = clientName(ChatParameter.MAX_TOKENS);
        long requested = consumeCount(ChatParameter.MAX_TOKENS);
        if (requested == 0) {
            throw RequestErrors.invalidValue(name, "at least 1: this provider cannot be asked for no completion");
        }
        if (modelLimit > 0 && requested > modelLimit) {
            dropped.adjusted(name, modelLimit);
            return modelLimit;
        }
        return requested;
    }

    /**
     * Removes and returns an identifier, such as that of a user; null when the client did not send it. One that is
     * longer than the target takes becomes its SHA-256 in hex (64 characters), the same for the same identifier, and is
     * recorded as adjusted. Claude Code sends 150 characters with the id of the device in them.
     *
     * @param longest in characters, at least 64
     */
    public String consumeIdentifier(String name, int longest) {
        String clientName = clientName(name);
        String identifier = consumeString(name);
        if (identifier == null || identifier.length() <= longest) {
            return identifier;
        }
        dropped.adjusted(clientName, "sha256");
        return Sha256.hex(identifier);
    }

    /** Removes and returns a boolean; null when the client did not send it. */
    public Boolean consumeBoolean(String name) {
        ChatParameter param = remaining.remove(name);
        if (param == null) {
            return null;
        }
        if (!param.value().isBoolean()) {
            throw RequestErrors.wrongType(param.clientName(), "a boolean");
        }
        return param.value().booleanValue();
    }

    /** Removes and returns a string; null when the client did not send it. */
    public String consumeString(String name) {
        ChatParameter param = remaining.remove(name);
        if (param == null) {
            return null;
        }
        if (!param.value().isTextual()) {
            throw RequestErrors.wrongType(param.clientName(), "a string");
        }
        return param.value().textValue();
    }

    /** Removes and returns a string or an array of strings; empty when the client sent none. */
    public List<String> consumeStrings(String name) {
        ChatParameter param = remaining.remove(name);
        List<String> texts = new ArrayList<>();
        if (param == null) {
            return texts;
        }
        if (param.value().isTextual()) {
            texts.add(param.value().textValue());
            return texts;
        }
        if (!param.value().isArray()) {
            throw RequestErrors.wrongType(param.clientName(), "a string or an array of strings");
        }
        for (JsonNode element : param.value()) {
            if (!element.isTextual()) {
                throw RequestErrors.wrongType(param.clientName(), "a string or an array of strings");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    /** Moves the values that the client sent to the body, unchanged. */
    public void moveTo(ObjectNode body, String... names) {
        for (String name : names) {
            JsonNode value = consume(name);
            if (value != null) {
                body.set(name, value);
            }
        }
    }

    /** Whether the client sent this parameter with this number. */
    public boolean isNumber(String name, double number) {
        ChatParameter param = remaining.get(name);
        return param != null && param.value().isNumber() && param.value().doubleValue() == number;
    }

    public boolean has(String name) {
        return remaining.containsKey(name);
    }

    /** The client's name of a parameter; the canonical name when the client did not send it. */
    public String clientName(String name) {
        ChatParameter param = remaining.get(name);
        return param == null ? name : param.clientName();
    }

    /** Removes a parameter and records it as dropped when the client sent it. */
    public void drop(String name) {
        ChatParameter param = remaining.remove(name);
        if (param != null) {
            drop(name, param);
        }
    }

    /** Removes all remaining parameters and records them as dropped. */
    public void dropRest() {
        remaining.forEach(this::drop);
        remaining.clear();
    }

    private void drop(String name, ChatParameter param) {
        if (MeaningfulParameters.contains(name)) {
            dropped.lost(param.clientName());
        } else {
            dropped.dropped(param.clientName());
        }
    }

    private static JsonNode number(ChatParameter param) {
        if (!param.value().isNumber()) {
            throw RequestErrors.wrongType(param.clientName(), "a number");
        }
        return param.value();
    }
}
