"""Work-injury insurance: the premium of an employer and of a project, and the advance of benefits."""
