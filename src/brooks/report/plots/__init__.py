"""The plots of pages, one module a subject: measured values in, `brooks.report.page.contents.Plot` out."""
