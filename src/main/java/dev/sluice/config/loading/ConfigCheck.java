package dev.sluice.config.loading;

import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.SluiceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What would become of a text if it were the config file. No file that it names was opened; what the environment gave
 * is in its messages until {@code reload.Proposed} cuts it out.
 *
 * @param problems every reason why it would be refused
 * @param warnings what would be accepted but deserves a look
 * @param off providers of the text that would take no part, each with the reason
 * @param restartNeeded keys whose change would take effect with the next start only
 */
public record ConfigCheck(
        List<ConfigProblem> problems,
        List<ConfigProblem> warnings,
        Map<String, String> off,
        Difference providers,
        Difference routes,
        List<String> restartNeeded) {

    /** Names, of those that the text has and what serves has not, and so on. */
    public record Difference(List<String> added, List<String> changed, List<String> removed) {

        static final Difference NONE = new Difference(List.of(), List.of(), List.of());

        /** @param shown what is compared: without secrets, or it could be used to guess them */
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

    /** Compares without secrets: a key that alone has changed does not show. */
    public static ConfigCheck good(LoadedConfig.Ok ok, SluiceConfig serving, List<String> restartNeeded) {
        return new ConfigCheck(
                List.of(),
                ok.warnings(),
                ok.off(),
                Difference.between(serving.providers(), ok.config().providers(), ConfigPrinter::fragment),
                Difference.between(serving.models(), ok.config().models(), ConfigPrinter::fragment),
                restartNeeded);
    }
}
