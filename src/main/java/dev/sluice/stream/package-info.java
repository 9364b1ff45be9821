/**
 * The transport of responses: {@link dev.sluice.stream.CreditStream} carries their bytes between event loops with
 * credits, {@link dev.sluice.stream.Watchdog} enforces time limits, {@link dev.sluice.stream.FairBudget} limits what
 * all of them hold together, and {@link dev.sluice.stream.BoundedGet} fetches small documents. Knows nothing of any
 * wire format.
 */
package dev.sluice.stream;
