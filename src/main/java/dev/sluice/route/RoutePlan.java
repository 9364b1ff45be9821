package dev.sluice.route;

import dev.sluice.config.RouteConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The targets of one request in the order to try them. Routes without choices share one instance among all requests.
 *
 * @param route the route's name, or null when the client named {@code provider/model}
 * @param settings the route's settings with the request's overrides; null when {@code provider/model} was named
 * @param targets in the order to try: those of the route, then the fallbacks; never empty, each target once
 * @param skipped skipped targets with their reasons; in a last resort they are among the targets, too
 * @param byCause targets tried instead when an attempt fails for that cause; a cause without fallbacks is absent
 * @param lastResort true when no candidate was healthy, so that unhealthy ones are tried
 */
public record RoutePlan(
        String route,
        RouteConfig settings,
        List<Target> targets,
        List<SkippedTarget> skipped,
        Map<FallbackCause, List<Target>> byCause,
        boolean lastResort) {

    /** The plan for a target that the client named directly. */
    static RoutePlan direct(Target target) {
        return new RoutePlan(null, null, List.of(target), List.of(), Map.of(), false);
    }

    /** This plan with fewer targets. */
    public RoutePlan withTargets(List<Target> fewer) {
        return new RoutePlan(route, settings, fewer, skipped, byCause, lastResort);
    }

    /**
     * The plan on one line that is safe in a header: {@code openai/gpt-5 > azure/gpt-5; skipped grok/grok-4
     * (breaker_open); strategy latency}.
     */
    public String explain() {
        StringBuilder line = new StringBuilder(96);
        names(line, targets);
        for (int i = 0; i < skipped.size(); i++) {
            line.append(i == 0 ? "; skipped " : ", ");
            name(line, skipped.get(i).target());
            line.append(" (").append(skipped.get(i).reason()).append(')');
        }
        byCause.forEach((cause, fallbacks) -> {
            line.append("; on ").append(cause.name().toLowerCase(Locale.ROOT)).append(' ');
            names(line, fallbacks);
        });
        if (settings == null) {
            return line.append("; named directly").toString();
        }
        line.append("; strategy ").append(settings.strategy().name().toLowerCase(Locale.ROOT));
        if (settings.sticky() != RouteConfig.Sticky.NONE) {
            line.append(", sticky ").append(settings.sticky().name().toLowerCase(Locale.ROOT));
        }
        return lastResort ? line.append("; last resort").toString() : line.toString();
    }

    private static void names(StringBuilder line, List<Target> targets) {
        for (int i = 0; i < targets.size(); i++) {
            if (i > 0) {
                line.append(" > ");
            }
            name(line, targets.get(i));
        }
    }

    private static void name(StringBuilder line, Target target) {
        line.append(target.provider()).append('/').append(target.model());
    }
}
