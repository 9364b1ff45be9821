/**
 * Who may how much, now: requests and tokens a minute, requests at once, money. {@link dev.sluice.quota.Quota} is one
 * object for the whole process, asked by every event loop before a request is dispatched, and answers from memory:
 * nothing here waits, locks or does I/O.
 *
 * <p>Everything is reserved before the dispatch at its worst case and settled to the truth afterwards, through the
 * {@link dev.sluice.quota.Reservation} that admission returns. A check and its reservation are one compare-and-set, so
 * that no number of callers at once gets more than there is; what was taken of other limits is given back when one
 * refuses.
 *
 * <p>A minute is counted in slots of one second ({@code SlidingWindow}): what was taken in the last 60 whole seconds
 * and in the current one may not exceed the limit. So no stretch of 60 seconds, wherever it begins, sees more than the
 * limit; a whole minute's worth may come at once; and who always asks gets 60/61 of the limit, 98.4 %. A token bucket
 * (GCRA) with a minute's burst lets almost twice the limit through in the minute after a pause, and one with a small
 * burst refuses bursts that the limit allows; fixed windows let twice the limit through around the full minute.
 *
 * <p>What lies with whom: {@code Accounts} finds the state of a key, team, route or provider and throws idle state
 * away; {@code Account} is that state; {@code RateReservation} is what one grant took of one account's windows;
 * {@code BudgetAccount} is one budget period's money, {@code BudgetConstraint} the budgets that hold for it, and
 * {@code BudgetReservation} what one grant holds of it. May not know HTTP, providers or routes.
 */
package dev.sluice.quota;
