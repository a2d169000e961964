"""What they wrote this time: quotes, headers of quoted mails and signatures, in the world's languages and programs."""
