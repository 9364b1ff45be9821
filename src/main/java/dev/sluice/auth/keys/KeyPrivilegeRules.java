package dev.sluice.auth.keys;

import dev.sluice.model.Budget;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.ModelName;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import dev.sluice.model.Surface;
import java.util.List;
import java.util.Objects;

/** The rule that a key never exceeds the rights of the caller that creates or changes it. */
final class KeyPrivilegeRules {

    private KeyPrivilegeRules() {}

    /** @throws GatewayException PERMISSION with the field that exceeds the caller's rights */
    static void check(KeyRequest keyRequest, Caller caller) {
        Principal own = caller.principal();
        checkRole(caller);
        if (!own.role().includes(keyRequest.role())) {
            throw exceeds("role", "exceeds your role, " + own.role().name().toLowerCase(java.util.Locale.ROOT));
        }
        checkTeam(keyRequest.team(), caller);
        if (own.role() != Role.ADMIN && own.tier() != null && !own.tier().equals(keyRequest.tier())) {
            throw exceeds("tier", "differs from your tier, " + own.tier());
        }
        if (!covers(own.models(), keyRequest.models())) {
            throw exceeds(
                    "models", "exceed your models (expected: at least one pattern, each covered by one of yours)");
        }
        if (!own.endpoints().isEmpty()
                && (keyRequest.endpoints().isEmpty() || !own.endpoints().containsAll(keyRequest.endpoints()))) {
            throw exceeds("endpoints", "exceed yours (expected: some of " + own.endpoints() + ")");
        }
        for (String granted : List.of(Principal.ACCOUNT, Surface.PASSTHROUGH.label())) {
            if (own.endpoints().isEmpty()
                    && own.role() != Role.ADMIN
                    && keyRequest.endpoints().contains(granted)) {
                throw exceeds("endpoints", "exceed yours (expected: no " + granted + ", which only an admin grants)");
            }
        }
        if (caller.expiresAt() != null
                && (keyRequest.expiresAt() == null || keyRequest.expiresAt().isAfter(caller.expiresAt()))) {
            throw exceeds("expires_at", "is later than the expiry of your own key or token, " + caller.expiresAt());
        }
        checkLimits(keyRequest.limits(), own.limits());
        checkBudget(keyRequest.budget(), own.budget());
    }

    /** @throws GatewayException PERMISSION unless the caller is an operator or an admin */
    static void checkRole(Caller caller) {
        if (!caller.principal().role().includes(Role.OPERATOR)) {
            throw exceeds("role", "only operators and admins may create and change keys");
        }
    }

    /** @throws GatewayException PERMISSION if the caller is no admin and the team is not its own */
    static void checkTeam(String team, Caller caller) {
        if (caller.principal().role() != Role.ADMIN
                && !Objects.equals(team, caller.principal().team())) {
            throw exceeds("team", "only an admin may use a team other than its own");
        }
    }

    /**
     * Whether each of the others is covered by a single one of the patterns; a star only by a star. Stricter than
     * needed: what only several patterns cover together is refused.
     */
    static boolean covers(List<String> patterns, List<String> others) {
        if (patterns.isEmpty()) {
            return true;
        }
        return !others.isEmpty()
                && others.stream()
                        .allMatch(other -> patterns.stream().anyMatch(pattern -> ModelName.matches(pattern, other)));
    }

    static GatewayException exceeds(String field, String what) {
        return new GatewayException(GatewayError.of(Kind.PERMISSION, field + ": " + what)
                .withCode("exceeds_own_privileges")
                .withParam(field));
    }

    private static void checkLimits(Limits requested, Limits own) {
        checkLimit("limits.rpm", requested.rpm(), own.rpm());
        checkLimit("limits.tpm", requested.tpm(), own.tpm());
        checkLimit("limits.input_tpm", requested.inputTpm(), own.inputTpm());
        checkLimit("limits.output_tpm", requested.outputTpm(), own.outputTpm());
        checkLimit("limits.concurrency", requested.concurrency(), own.concurrency());
    }

    private static void checkLimit(String field, long requested, long own) {
        if (own != 0 && (requested == 0 || requested > own)) {
            throw exceeds(field, "exceeds your own limit, " + own);
        }
    }

    /** Budgets of different periods are not comparable: 1 USD per day exceeds 30 USD per month in some months only. */
    private static void checkBudget(Budget requested, Budget own) {
        if (own == null) {
            return;
        }
        if (requested == null
                || requested.nanoUsd() > own.nanoUsd()
                || requested.period() != own.period()
                || own.hard() && !requested.hard()
                || own.refusesUncounted() && !requested.refusesUncounted()) {
            throw exceeds(
                    "budget",
                    "exceeds your own budget (expected: no higher amount, the same period, hard if yours is, and"
                            + " uncounted: refuse if yours has it)");
        }
    }
}
