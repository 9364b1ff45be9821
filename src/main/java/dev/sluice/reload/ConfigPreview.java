package dev.sluice.reload;

import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigCheck;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The check of a proposed configuration that is not applied. The caller may not be allowed to read the files that it
 * names, so none is opened, and values of the environment are masked in every message.
 */
final class ConfigPreview {

    private static final String NAME = "proposed";
    /** Shorter values are not secrets, and masking them would garble messages. */
    private static final int SHORTEST_SECRET = 6;

    private final String text;
    private final Path file;
    private final UnaryOperator<String> environment;
    private final RestartOnlySettings listeners;
    private final Set<String> resolved = ConcurrentHashMap.newKeySet();

    ConfigPreview(String text, Path file, UnaryOperator<String> environment, RestartOnlySettings listeners) {
        this.text = text;
        this.file = file;
        this.environment = environment;
        this.listeners = listeners;
    }

    ConfigCheck against(SluiceConfig active) {
        Path directory = file.toAbsolutePath().getParent();
        return switch (ConfigLoader.propose(text, NAME, this::environmentValue, directory)) {
            case LoadedConfig.Refused refused -> ConfigCheck.refused(masked(refused.problems()));
            case LoadedConfig.Ok ok -> compare(ok, active);
        };
    }

    private ConfigCheck compare(LoadedConfig.Ok ok, SluiceConfig active) {
        if (listeners.exposedBy(ok.config())) {
            return ConfigCheck.refused(List.of(new ConfigProblem(NAME, 0, 0, "auth.keys", listeners.exposure())));
        }
        ConfigCheck good = ConfigCheck.good(ok, active, listeners.restartNeeded(ok.config()));
        Map<String, String> off = good.off().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> masked(entry.getValue())));
        return new ConfigCheck(
                List.of(), masked(good.warnings()), off, good.providers(), good.routes(), good.restartNeeded());
    }

    private String environmentValue(String variable) {
        String value = environment.apply(variable);
        if (value != null && value.length() >= SHORTEST_SECRET && !text.contains(value)) {
            resolved.add(value);
        }
        return value;
    }

    private List<ConfigProblem> masked(List<ConfigProblem> problems) {
        return problems.stream()
                .map(problem -> new ConfigProblem(
                        problem.file(), problem.line(), problem.column(), problem.path(), masked(problem.message())))
                .toList();
    }

    private String masked(String message) {
        String masked = message;
        for (String value : resolved) {
            masked = masked.replace(value, "***");
        }
        return masked;
    }
}
