package dev.sluice.protocol.spi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.catalog.Quirks;
import dev.sluice.protocol.json.Json;

/**
 * Applies to a request written from scratch what the config says of its top-level parameters, in the target's names.
 */
public final class Departures {

    private Departures() {}

    /** Renames, drops and fills in, each rename and drop with a receipt. */
    public static void apply(Quirks quirks, ObjectNode body, DroppedParameters dropped) {
        quirks.rename().forEach((from, to) -> {
            JsonNode value = body.get(from);
            if (value != null && !body.has(to)) {
                body.remove(from);
                body.set(to, value);
                dropped.renamed(from, to);
            }
        });
        for (String name : quirks.drop()) {
            if (body.remove(name) != null) {
                dropped.dropped(name);
            }
        }
        quirks.defaults().forEach((name, json) -> {
            JsonNode value = body.has(name) ? null : Json.readOrNull(json);
            if (value != null) {
                body.set(name, value);
            }
        });
    }
}
