package dev.sluice.route;

import dev.sluice.model.ModelRequirements;
import dev.sluice.route.SkippedTarget.Reason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Filters the candidates of a route for one request and records why the others are skipped. If no candidate is capable
 * or healthy, all are kept: an attempt that may fail is better than none.
 */
final class CandidateFilter {

    private List<Candidate> own;
    private List<Candidate> fallbacks;
    private final List<SkippedTarget> skipped = new ArrayList<>();

    CandidateFilter(List<Candidate> targets, List<Candidate> fallbacks) {
        own = targets;
        this.fallbacks = fallbacks;
    }

    /** The remaining targets of the route itself. */
    List<Candidate> own() {
        return own;
    }

    /** The remaining fallbacks. */
    List<Candidate> fallbacks() {
        return fallbacks;
    }

    List<SkippedTarget> skipped() {
        return List.copyOf(skipped);
    }

    boolean isEmpty() {
        return own.isEmpty() && fallbacks.isEmpty();
    }

    void keepAllowed(RoutingOverrides overrides) {
        Function<Candidate, Reason> notChosen =
                candidate -> overrides.allows(candidate.target()) ? null : Reason.NOT_CHOSEN;
        own = kept(own, notChosen);
        fallbacks = kept(fallbacks, notChosen);
    }

    /**
     * Keeps the candidates that can serve the request. If none can, all stay, so that a provider's own error reaches
     * the client. If the prompt is too long for all of them, the route's context window fallbacks replace them.
     */
    void keepCapable(ModelRequirements requirements, List<Candidate> longer) {
        if (own.size() + fallbacks.size() == 1) {
            return;
        }
        int before = skipped.size();
        if (keep(candidate -> candidate.unsupportedReason(requirements))) {
            return;
        }
        boolean tooLong =
                skipped.subList(before, skipped.size()).stream().allMatch(each -> each.why() == Reason.CONTEXT_WINDOW);
        if (tooLong && !longer.isEmpty()) {
            own = List.of();
            fallbacks = longer;
        }
    }

    /** Keeps the healthy candidates. Returns false, and keeps all, when none is healthy. */
    boolean keepAvailable() {
        return keep(Candidate::unavailableReason);
    }

    private boolean keep(Function<Candidate, Reason> reason) {
        List<Candidate> keptOwn = kept(own, reason);
        List<Candidate> keptFallbacks = kept(fallbacks, reason);
        if (keptOwn.isEmpty() && keptFallbacks.isEmpty()) {
            return false;
        }
        own = keptOwn;
        fallbacks = keptFallbacks;
        return true;
    }

    private List<Candidate> kept(List<Candidate> candidates, Function<Candidate, Reason> reason) {
        List<Candidate> kept = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            Reason why = reason.apply(candidate);
            if (why == null) {
                kept.add(candidate);
            } else {
                skipped.add(new SkippedTarget(candidate.target(), why));
            }
        }
        return kept;
    }

    static Map<FallbackCause, List<Candidate>> allowed(
            Map<FallbackCause, List<Candidate>> byCause, RoutingOverrides overrides) {
        if (overrides.only().isEmpty() || byCause.isEmpty()) {
            return byCause;
        }
        Map<FallbackCause, List<Candidate>> chosen = new EnumMap<>(FallbackCause.class);
        byCause.forEach((cause, candidates) -> {
            List<Candidate> left = candidates.stream()
                    .filter(candidate -> overrides.allows(candidate.target()))
                    .toList();
            if (!left.isEmpty()) {
                chosen.put(cause, left);
            }
        });
        return chosen;
    }

    static List<Candidate> joined(List<Candidate> first, List<Candidate> then) {
        List<Candidate> all = new ArrayList<>(first.size() + then.size());
        all.addAll(first);
        all.addAll(then);
        return all;
    }

    static List<Target> targets(List<Candidate> first, List<Candidate> then) {
        Target[] targets = new Target[first.size() + then.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (i < first.size() ? first.get(i) : then.get(i - first.size())).target();
        }
        return List.of(targets);
    }

    static Map<FallbackCause, List<Target>> targets(Map<FallbackCause, List<Candidate>> byCause) {
        if (byCause.isEmpty()) {
            return Map.of();
        }
        Map<FallbackCause, List<Target>> targets = new EnumMap<>(FallbackCause.class);
        byCause.forEach((cause, candidates) -> targets.put(cause, targets(candidates, List.of())));
        return targets;
    }
}
