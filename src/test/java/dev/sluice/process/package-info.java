/** Sluice as a process of its own: words and flags, exit codes, what it prints, and how it stops. */
package dev.sluice.process;
