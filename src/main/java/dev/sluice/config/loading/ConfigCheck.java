package dev.sluice.config.loading;

import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.SluiceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The result of checking a text as if it were the config file. The files that it names are not opened. Messages contain
 * values of the environment until {@code reload.ConfigPreview} masks them.
 *
 * @param problems every reason why it would be refused
 * @param warnings problems with which it would still be accepted
 * @param off providers that would be disabled, each with the reason
 * @param restartNeeded changed keys that would take effect at the next start only
 */
public record ConfigCheck(
        List<ConfigProblem> problems,
        List<ConfigProblem> warnings,
        Map<String, String> off,
        Difference providers,
        Difference routes,
        List<String> restartNeeded) {

    /** The names that the text adds to, changes in and removes from the active configuration. */
    public record Difference(List<String> added, List<String> changed, List<String> removed) {

        static final Difference NONE = new Difference(List.of(), List.of(), List.of());

        /** @param shown the text by which two are compared; without secrets, which could be guessed otherwise */
        static <T> Difference between(Map<String, T> before, Map<String, T> after, Function<T, String> shown) {
            List<String> added = new ArrayList<>(after.keySet());
            added.removeAll(before.keySet());
            List<String> removed = new ArrayList<>(before.keySet());
            removed.removeAll(after.keySet());
            List<String> changed = after.keySet().stream()
                    .filter(before::containsKey)
                    .filter(name -> !shown.apply(before.get(name)).equals(shown.apply(after.get(name))))
                    .toList();
            return new Difference(added, changed, removed);
        }
    }

    public static ConfigCheck refused(List<ConfigProblem> problems) {
        return new ConfigCheck(problems, List.of(), Map.of(), Difference.NONE, Difference.NONE, List.of());
    }

    /** Compares without secrets: a provider of which only an API key differs is not listed as changed. */
    public static ConfigCheck good(LoadedConfig.Ok ok, SluiceConfig active, List<String> restartNeeded) {
        return new ConfigCheck(
                List.of(),
                ok.warnings(),
                ok.off(),
                Difference.between(active.providers(), ok.config().providers(), ConfigPrinter::fragment),
                Difference.between(active.models(), ok.config().models(), ConfigPrinter::fragment),
                restartNeeded);
    }
}
