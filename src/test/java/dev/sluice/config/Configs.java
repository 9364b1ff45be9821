package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Loads config texts and returns either the config or the problem lines. */
public final class Configs {

    static final String FILE = "sluice.yaml";
    public static final Map<String, String> FULL_ENV =
            Map.of("OPENAI_API_KEY", "sk-first", "SLUICE_PEPPER", "salt and pepper");

    private Configs() {}

    static LoadedConfig load(String text, Map<String, String> env) {
        return ConfigLoader.parse(text, FILE, env::get, Path.of("src/test/resources/config"));
    }

    public static LoadedConfig.Ok accepted(String text, Map<String, String> env) {
        LoadedConfig loaded = load(text, env);
        assertThat(loaded).isInstanceOf(LoadedConfig.Ok.class);
        return (LoadedConfig.Ok) loaded;
    }

    public static SluiceConfig config(String text) {
        return accepted(text, Map.of()).config();
    }

    public static List<String> refusals(String text) {
        return refusals(text, Map.of());
    }

    public static List<String> refusals(String text, Map<String, String> env) {
        LoadedConfig loaded = load(text, env);
        assertThat(loaded).isInstanceOf(LoadedConfig.Refused.class);
        return lines(((LoadedConfig.Refused) loaded).problems());
    }

    /** Problems without the file's name, which is the same for all. */
    public static List<String> lines(List<ConfigProblem> problems) {
        return problems.stream()
                .map(problem -> problem.toString().substring(FILE.length() + 1))
                .toList();
    }

    public static String resource(String name) {
        try (InputStream resource = Configs.class.getResourceAsStream(name)) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
