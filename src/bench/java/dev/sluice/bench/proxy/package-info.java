/**
 * What is compared: Sluice as it is shipped, and the plain proxies it wants to be as cheap as. Each is a process of its
 * own with two threads for its work, in front of the same upstream; all of them run for the whole benchmark and only
 * one is loaded at a time.
 */
package dev.sluice.bench.proxy;
