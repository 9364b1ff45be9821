package dev.sluice.cli;

import dev.sluice.auth.keys.KeyGenerator;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.binding.Secret;
import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.protocol.json.JsonText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints a new key for the config file, with its stanza. The key is not stored. */
final class PrintedKey {

    static final String DEFAULT_PEPPER_ENV = "SLUICE_PEPPER";

    /** @param reference the value of auth.pepper that the config file needs; null if it has one */
    record ConfiguredPepper(Secret pepper, String reference) {}

    private final KeyGenerator generator = new KeyGenerator();
    private final Map<String, String> environment;

    PrintedKey(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * @param configured the pepper that a server of the config file uses, or null
     * @throws IllegalArgumentException if the id is invalid
     */
    void print(
            String id,
            String team,
            List<String> models,
            String pepperEnv,
            ConfiguredPepper configured,
            String file,
            PrintWriter out) {
        String pepper = environment.getOrDefault(pepperEnv, "");
        boolean replaces = !pepper.isEmpty() && configured != null && configured.reference() != null;
        ConfiguredPepper used = replaces ? null : configured;
        Secret effectivePepper =
                used != null ? used.pepper() : pepper.isEmpty() ? generator.pepper() : new Secret(pepper);
        GeneratedKey key = generator.generate(id, team, models, effectivePepper);
        out.println("# Store this key now: it will not be shown again.");
        out.println(key.token().reveal());
        out.println();
        out.println("# Paste into " + file + ", merging it into an existing auth section:");
        out.println("auth:");
        String reference = used == null ? "${" + pepperEnv + "}" : used.reference();
        if (reference != null) {
            out.println("  pepper: " + quoted(reference));
        }
        out.println("  keys:");
        out.println("    - " + stanza(key.stanza()));
        if (replaces) {
            out.println();
            out.println("# Keys in the store were created with the pepper " + configured.reference()
                    + ". They become invalid with another one.");
        }
        if (used == null && pepper.isEmpty()) {
            out.println();
            out.println("# " + pepperEnv
                    + " is not set, so this is a new pepper. Keys created with it are valid only with it:");
            out.println("export " + pepperEnv + "=" + effectivePepper.reveal());
        }
        out.flush();
    }

    private static String stanza(StaticKey key) {
        StringBuilder yaml = new StringBuilder("{ id: " + quoted(key.id()) + ", hash: " + quoted(key.hash()));
        if (key.team() != null) {
            yaml.append(", team: ").append(quoted(key.team()));
        }
        if (!key.models().isEmpty()) {
            yaml.append(key.models().stream()
                    .map(PrintedKey::quoted)
                    .collect(Collectors.joining(", ", ", models: [", "]")));
        }
        return yaml.append(" }").toString();
    }

    /** A JSON string is a YAML one, and keeps an id of digits from becoming a number. */
    private static String quoted(String text) {
        return JsonText.quote(text);
    }
}
