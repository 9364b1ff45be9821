/** Measures processes from outside: from the kernel's accounting, over JMX, and from Sluice's metrics. */
package dev.sluice.bench.measure;
