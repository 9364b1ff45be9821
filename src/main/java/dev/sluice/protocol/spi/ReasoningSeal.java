package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.model.chat.ContentPart.OpaqueReasoning;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.StringBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reasoning of one format in the member that clients of another format keep unread and send back: Anthropic's
 * {@code signature} and {@code data}, OpenAI's {@code encrypted_content}. So a conversation goes on at the provider
 * that made the reasoning, whatever the client's format. Clients own only the seal: what the provider must get back is
 * in it, also the text that a signature signs.
 *
 * <p>Reasoning that its provider did not sign has a seal, too, because clients take reasoning without one for their own
 * words: pydantic-ai and pi send it back as text.
 */
public final class ReasoningSeal {

    private static final String PREFIX = "sluice1.";

    /**
     * How the id of a search begins that Sluice wrote for a Messages client. Anthropic's ids are {@code srvtoolu_} and
     * letters, digits or underscores.
     */
    public static final String SEARCH_PREFIX = "srvtoolu_sluice1_";

    /** How the base64 of a seal begins. */
    public static final String BASE64_PREFIX = "c2x1aWNlMS";

    /** How a string begins that is a seal, or the empty signature that Sluice 0.1 wrote in its place. */
    private static final byte[][] MARKS = {
        ascii(PREFIX), ascii(BASE64_PREFIX), ascii(SEARCH_PREFIX), ascii("signature\":\"\""), ascii("signature\": \"\"")
    };

    /** The format of the signature of a tool call, whose id is that of the opaque reasoning. */
    private static final String TOOL_CALL = "tool-call";

    /** The seal of reasoning that its provider need not get back. */
    public static final String UNSIGNED = PREFIX + encode("{}");

    private ReasoningSeal() {}

    /** @param text the readable reasoning, which is sealed if it is signed */
    public static String write(String text, OpaqueReasoning opaque) {
        if (opaque == null) {
            return UNSIGNED;
        }
        ObjectNode sealed = Json.object().put("d", opaque.protocol());
        put(sealed, "i", opaque.id());
        put(sealed, "s", opaque.signature());
        put(sealed, "e", opaque.encrypted());
        put(sealed, "t", opaque.signature() == null || text.isEmpty() ? null : text);
        return PREFIX + encode(Json.text(sealed));
    }

    /** The text of reasoning that its provider did not sign, for clients that keep nothing else of it. */
    public static String ofText(String text) {
        return text.isEmpty()
                ? UNSIGNED
                : PREFIX + encode(Json.text(Json.object().put("t", text)));
    }

    /** The signature of a tool call (Gemini), which goes before the call. */
    public static OpaqueReasoning ofCall(String callId, String signature) {
        return new OpaqueReasoning(TOOL_CALL, callId, null, signature);
    }

    /** The parts of a message with each sealed signature at its tool call again. */
    public static List<ContentPart> signCalls(List<ContentPart> parts) {
        Map<String, String> signatures = new HashMap<>();
        List<ContentPart> rest = new ArrayList<>(parts.size());
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.Reasoning reasoning
                    && reasoning.opaque() != null
                    && reasoning.opaque().protocol().equals(TOOL_CALL)) {
                signatures.put(reasoning.opaque().id(), reasoning.opaque().encrypted());
            } else {
                rest.add(part);
            }
        }
        if (signatures.isEmpty()) {
            return parts;
        }
        rest.replaceAll(part -> part instanceof ContentPart.ToolCall call && signatures.containsKey(call.id())
                ? new ContentPart.ToolCall(
                        call.id(), call.name(), call.arguments(), signatures.get(call.id()), call.cache())
                : part);
        return rest;
    }

    /**
     * Whether a message has a proof of a provider with another format. One provider made all of a message, so that its
     * reasoning without a proof is that provider's, too.
     */
    public static boolean provesOther(List<ContentPart> message, String protocol) {
        for (ContentPart part : message) {
            boolean proof = part instanceof ContentPart.ToolCall call && call.signature() != null
                    || part instanceof ContentPart.Reasoning reasoning
                            && reasoning.opaque() != null
                            && !reasoning.opaque().protocol().equals(protocol);
            if (proof) {
                return true;
            }
        }
        return false;
    }

    /** The summary of a conversation, which a compaction carries. */
    public static String ofSummary(String summary) {
        return PREFIX + encode(Json.text(Json.object().put("c", summary)));
    }

    /** The summary of a seal; null when the value is none. */
    public static String readSummary(String value) {
        JsonNode sealed = value == null || !value.startsWith(PREFIX) ? null : decode(value.substring(PREFIX.length()));
        return sealed == null ? null : Json.textAt(sealed, "c");
    }

    /** Whether a client's value is a seal, or empty: such reasoning is nothing to a provider. */
    public static boolean isForeign(String value) {
        return value == null || value.isEmpty() || value.startsWith(PREFIX);
    }

    /**
     * The reasoning of a seal; null when the value is none.
     *
     * @param text the readable reasoning that the client sent beside it
     */
    public static ContentPart.Reasoning read(String text, String value) {
        if (value == null || !value.startsWith(PREFIX)) {
            return null;
        }
        JsonNode sealed = decode(value.substring(PREFIX.length()));
        String protocol = sealed == null ? null : Json.textAt(sealed, "d");
        String signed = sealed == null ? null : Json.textAt(sealed, "t");
        if (protocol == null) {
            return new ContentPart.Reasoning(signed == null ? text : signed, null);
        }
        return new ContentPart.Reasoning(
                signed == null ? text : signed,
                new OpaqueReasoning(
                        protocol, Json.textAt(sealed, "i"), Json.textAt(sealed, "s"), Json.textAt(sealed, "e")));
    }

    /** Whether this member of a request may have reasoning that Sluice wrote. */
    public static boolean mayBeIn(ClientRequest request, String member) {
        return anyStringBegins(request, member, MARKS);
    }

    /**
     * Whether a string or key in this member of a request begins with one of the marks; false for a member of texts
     * only.
     */
    public static boolean anyStringBegins(ClientRequest request, String name, byte[]... marks) {
        Member member = request.member(name);
        if (member == null || !member.typed() && !request.surface().modelInPath()) {
            return false;
        }
        byte[] bytes = request.body().array();
        int to = member.valueEnd();
        for (int i = member.valueStart(); (i = StringBytes.nextQuote(bytes, i, to)) < to; i++) {
            if (isMark(bytes, i + 1, to, marks)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMark(byte[] bytes, int from, int end, byte[][] marks) {
        for (byte[] mark : marks) {
            if (from + mark.length <= end && Arrays.equals(bytes, from, from + mark.length, mark, 0, mark.length)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String encode(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode decode(String encoded) {
        try {
            return Json.readOrNull(new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException changed) {
            return null;
        }
    }

    private static void put(ObjectNode object, String member, String text) {
        if (text != null) {
            object.put(member, text);
        }
    }
}
