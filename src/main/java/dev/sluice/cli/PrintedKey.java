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

    private final KeyGenerator generator = new KeyGenerator();
    private final Map<String, String> environment;

    PrintedKey(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws IllegalArgumentException if the id is invalid */
    void print(String id, String team, List<String> models, String pepperEnv, String file, PrintWriter out) {
        String pepper = environment.getOrDefault(pepperEnv, "");
        Secret effectivePepper = pepper.isEmpty() ? generator.pepper() : new Secret(pepper);
        GeneratedKey key = generator.generate(id, team, models, effectivePepper);
        out.println("# Store this key now: it will not be shown again.");
        out.println(key.token().reveal());
        out.println();
        out.println("# Paste into " + file + ", merging it into an existing auth section:");
        out.println("auth:");
        out.println("  pepper: \"${" + pepperEnv + "}\"");
        out.println("  keys:");
        out.println("    - " + stanza(key.stanza()));
        if (pepper.isEmpty()) {
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
