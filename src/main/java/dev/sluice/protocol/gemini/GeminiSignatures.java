package dev.sluice.protocol.gemini;

import dev.sluice.model.chat.ContentPart.OpaqueReasoning;
import dev.sluice.model.chat.ContentPart.Reasoning;
import dev.sluice.protocol.spi.ReasoningSeal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Seals of other providers' reasoning as {@code thoughtSignature}, which Google's libraries decode from base64 and
 * encode again. Clients drop thoughts, but send the signature of a call and of a text back, so one signature may have
 * several seals.
 */
final class GeminiSignatures {

    /** Of the base64 of a seal. */
    private static final String PREFIX = ReasoningSeal.BASE64_PREFIX;

    private static final String SEPARATOR = "\n";

    private GeminiSignatures() {}

    /** @param sealed each with an opaque part or a text */
    static String write(List<Reasoning> sealed) {
        StringBuilder seals = new StringBuilder();
        for (Reasoning reasoning : sealed) {
            seals.append(seals.isEmpty() ? "" : SEPARATOR)
                    .append(
                            reasoning.opaque() == null
                                    ? ReasoningSeal.ofText(reasoning.text())
                                    : ReasoningSeal.write(reasoning.text(), reasoning.opaque()));
        }
        return Base64.getEncoder().encodeToString(seals.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * The signature of a call: Gemini's own, or sealed with the reasoning before the call. The first call of a response
     * always has one: by it a later request shows Gemini, which requires one, that another provider made the call.
     *
     * @return null for none
     */
    static String ofCall(String id, String signature, List<Reasoning> before, boolean first) {
        if (before.isEmpty()) {
            return signature == null && first ? write(List.of(new Reasoning("", null))) : signature;
        }
        List<Reasoning> sealed = new ArrayList<>(before);
        if (signature != null) {
            sealed.add(new Reasoning("", ReasoningSeal.ofCall(id, signature)));
        }
        return write(sealed);
    }

    static boolean isForeign(String signature) {
        return signature != null && (signature.isEmpty() || signature.startsWith(PREFIX));
    }

    /** The reasoning that is sealed in a signature; null when it is Gemini's own. */
    static List<Reasoning> read(String signature) {
        if (!signature.startsWith(PREFIX)) {
            return null;
        }
        List<Reasoning> reasoning = new ArrayList<>();
        for (String seal : decode(signature).split(SEPARATOR, -1)) {
            Reasoning read = ReasoningSeal.read("", seal);
            if (read != null && (read.opaque() != null || !read.text().isEmpty())) {
                reasoning.add(read);
            }
        }
        return reasoning;
    }

    /** Gemini's own signature in the format-neutral model. */
    static OpaqueReasoning own(String signature) {
        return new OpaqueReasoning(GeminiProtocol.NAME, null, signature, null);
    }

    /** Python's library writes the URL-safe alphabet. */
    private static String decode(String signature) {
        try {
            byte[] bytes =
                    Base64.getDecoder().decode(signature.replace('-', '+').replace('_', '/'));
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException changed) {
            return "";
        }
    }
}
