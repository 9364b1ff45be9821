/**
 * The programs under test: Sluice as it is shipped, and plain reverse proxies to compare it with. Each is a separate
 * process with two worker threads in front of the same upstream. All of them run during the whole benchmark; only one
 * is under load at a time.
 */
package dev.sluice.bench.proxy;
