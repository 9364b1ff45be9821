package dev.sluice.auth.keys;

import dev.sluice.model.Budget;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Limits;
import dev.sluice.model.ModelName;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import java.util.List;
import java.util.Objects;

/** A key never exceeds who makes it. */
final class KeyPrivilegeRules {

    private KeyPrivilegeRules() {}

    /** @throws GatewayException PERMISSION with the field that asks for more than the minter has */
    static void check(KeyRequest keyRequest, Caller caller) {
        Principal who = caller.who();
        checkRole(caller);
        if (!who.role().includes(keyRequest.role())) {
            throw exceeds("role", "it is above yours, " + who.role().name().toLowerCase(java.util.Locale.ROOT));
        }
        checkTeam(keyRequest.team(), caller);
        if (who.role() != Role.ADMIN && who.tier() != null && !who.tier().equals(keyRequest.tier())) {
            throw exceeds("tier", "it is another than yours, " + who.tier());
        }
        if (!covers(who.models(), keyRequest.models())) {
            throw exceeds("models", "they are not among yours (expected: patterns that yours cover, not none)");
        }
        if (!who.surfaces().isEmpty()
                && (keyRequest.surfaces().isEmpty() || !who.surfaces().containsAll(keyRequest.surfaces()))) {
            throw exceeds("endpoints", "they are not among yours (expected: some of " + who.surfaces() + ")");
        }
        if (caller.expiresAt() != null
                && (keyRequest.expiresAt() == null || keyRequest.expiresAt().isAfter(caller.expiresAt()))) {
            throw exceeds("expires_at", "it is after your own end, " + caller.expiresAt());
        }
        checkLimits(keyRequest.limits(), who.limits());
        checkBudget(keyRequest.budget(), who.budget());
    }

    /** @throws GatewayException PERMISSION unless the minter is an operator at least */
    static void checkRole(Caller caller) {
        if (!caller.who().role().includes(Role.OPERATOR)) {
            throw exceeds("role", "only an operator or an admin makes and changes keys");
        }
    }

    /** @throws GatewayException PERMISSION where somebody reaches into another team than their own */
    static void checkTeam(String team, Caller caller) {
        if (caller.who().role() != Role.ADMIN
                && !Objects.equals(team, caller.who().team())) {
            throw exceeds("team", "only an admin has to do with another team than their own");
        }
    }

    /**
     * Whether one of the patterns covers each of the others alone: a star of theirs only by a star. Strict: what only
     * several together cover is refused.
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
                .withCode("exceeds_minter")
                .withParam(field));
    }

    private static void checkLimits(Limits wish, Limits own) {
        checkLimit("limits.rpm", wish.rpm(), own.rpm());
        checkLimit("limits.tpm", wish.tpm(), own.tpm());
        checkLimit("limits.input_tpm", wish.inputTpm(), own.inputTpm());
        checkLimit("limits.output_tpm", wish.outputTpm(), own.outputTpm());
        checkLimit("limits.concurrency", wish.concurrency(), own.concurrency());
    }

    private static void checkLimit(String field, long wish, long own) {
        if (own != 0 && (wish == 0 || wish > own)) {
            throw exceeds(field, "it is above yours, " + own);
        }
    }

    /** Periods are not compared in money: 1 USD a day is less than 40 a month in some months only. */
    private static void checkBudget(Budget wish, Budget own) {
        if (own == null) {
            return;
        }
        if (wish == null
                || wish.nanoUsd() > own.nanoUsd()
                || wish.period() != own.period()
                || own.hard() && !wish.hard()) {
            throw exceeds("budget", "it is above yours (expected: as much at most, for the same time, as hard)");
        }
    }
}
