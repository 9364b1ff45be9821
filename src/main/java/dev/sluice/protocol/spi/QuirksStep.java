package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.QuirkRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The last step of every encoder: applies the target's quirks to the request that it has written. Quirks name members
 * as the target's format does, so they come after the format's own mapping. {@link QuirkRules} decides about each
 * member. For pass-through, {@link dev.sluice.protocol.request.RequestRewriter} applies the same rules, and for forms
 * {@code protocol.media.FormRewriter}.
 */
public final class QuirksStep {

    private QuirksStep() {}

    /** Applies the quirks and reports each member under its name in the target's format. */
    public static void apply(Quirks quirks, ObjectNode body, DroppedParameters dropped) {
        apply(quirks, body, UnaryOperator.identity(), dropped);
    }

    /**
     * Applies the quirks. Members that keep their name keep their position; renamed ones and defaults follow at the
     * end.
     *
     * @param clientName the client's name of a member, or null when it did not come from the client: such a member is
     *     not reported
     */
    public static void apply(
            Quirks quirks, ObjectNode body, UnaryOperator<String> clientName, DroppedParameters dropped) {
        if (quirks.changeNoParameter()) {
            return;
        }
        ObjectNode before = Json.object().setAll(body);
        QuirkRules rules = new QuirkRules(quirks, new Tree(before));
        Map<String, JsonNode> renamed = new LinkedHashMap<>();
        List<String> left = new ArrayList<>();
        before.properties().forEach(member -> {
            String name = member.getKey();
            String target = rules.target(name);
            if (name.equals(target)) {
                return;
            }
            body.remove(name);
            String client = member.getValue().isNull() ? null : clientName.apply(name);
            if (target == null) {
                left.add(client);
                return;
            }
            renamed.put(target, member.getValue());
            if (client != null && !client.equals(target)) {
                dropped.renamed(client, target);
            }
        });
        left.stream().filter(Objects::nonNull).forEach(dropped::dropped);
        body.setAll(renamed);
        quirks.defaults().forEach((name, json) -> {
            JsonNode value = rules.addsDefault(name) ? Json.readOrNull(json) : null;
            if (value != null) {
                body.set(name, value);
            }
        });
    }

    private record Tree(ObjectNode body) implements QuirkRules.Members {

        @Override
        public boolean has(String name) {
            return body.has(name);
        }

        @Override
        public boolean hasValue(String name) {
            return body.hasNonNull(name);
        }
    }
}
