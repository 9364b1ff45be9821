/**
 * Limits and budgets: requests and tokens per minute, concurrent requests, money. {@link dev.sluice.quota.Quota} is one
 * object for the process. Every event loop calls it before a request is dispatched, and it decides from memory: it does
 * not block, lock or do I/O.
 *
 * <p>The worst case is reserved before the dispatch and settled to the actual usage afterwards, through the
 * {@link dev.sluice.quota.Reservation} that admission returns. A check and its reservation are one compare-and-set, so
 * that concurrent callers never get more than the limit. When one limit refuses, what was reserved in others is
 * released.
 *
 * <p>A minute is counted in slots of one second ({@code SlidingWindow}): what was taken in the last 60 whole seconds
 * and in the current one may not exceed the limit. So no 60 seconds, wherever they begin, exceed the limit; a full
 * minute's worth may be used at once; and a caller that sends without pause gets 60/61 of the limit, 98.4 %. A token
 * bucket (GCRA) with a minute's burst admits almost twice the limit in the minute after a pause, and one with a small
 * burst refuses bursts that the limit allows; fixed windows admit up to twice the limit around the full minute.
 *
 * <p>{@code Accounts} finds the state of a key, team, route or provider and drops idle state; {@code Account} is that
 * state; {@code RateReservation} is the part of a reservation in an account's windows; {@code BudgetAccount} is the
 * money of one period, {@code BudgetConstraint} the budgets that apply to it, and {@code BudgetReservation} the part of
 * a reservation in it. Knows nothing of HTTP, providers or routes.
 *
 * <p>Reservations are in memory only and are lost at a restart, as are the windows of limits. Journalled attempts are
 * replayed into the ledger, from which {@code tenancy} restores the amount spent of each budget.
 */
package dev.sluice.quota;
